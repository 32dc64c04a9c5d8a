import type { Json } from '@twoshot/artifact';
import type { Random } from '@twoshot/engine/random';
import type { Module } from '@twoshot/nn';

export type Weighted = Pick<Module, 'parameters' | 'buffers'>;

/** A kind of part: how to rebuild it from its description in a model. */
export interface PartType<A = unknown, M extends Weighted = Weighted> {
  /** Name in models, e.g. `classifier`. */
  readonly type: string;
  /**
   * The architecture as stored in a model.
   *
   * @throws TypeError that names what is expected where it is not of this type
   */
  read(architecture: Json): A;
  gives(architecture: A, module: M): { readonly what: Gives; readonly dim: number };
  /** Builds the part with new weights. */
  create(architecture: A, random: Random): M;
}

/** Rows of numbers, scores of classes, scores of clusters, or scores against labelled rows (`dim` 0: any number). */
export type Gives = 'features' | 'classes' | 'clusters' | 'comparison';

/** A part of a network, built. */
export interface Part<M extends Weighted = Weighted> {
  readonly type: PartType<unknown, M>;
  /** `images`, `features` that come from elsewhere, or the name of the part whose output it takes. */
  readonly takes: string;
  readonly architecture: Json;
  readonly module: M;
}

/** Parts by name. */
export type Parts = Readonly<Record<string, Part>>;

/** Whether a part takes this input from outside the model. */
export const isSource = (takes: string): boolean => takes === 'images' || takes === 'features';
