import type { Images } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Part } from '@twoshot/model';
import type { Backbone } from '@twoshot/nn';
import type { Params, ParamValues } from '@twoshot/stage';
import type { TrainingMethod } from '../method.js';
import type { SizedBatch, ViewGroup } from './sized-views.js';
import type { pretrainParams } from './pretrain-params.js';

/** What a pre-training method defines: its heads, its memory and its loss on groups of views. */
export type PretrainMethod = TrainingMethod<readonly tf.Tensor4D[], SizedBatch>;

/** Arguments for building a method. */
export interface MethodStart<P extends Params> {
  readonly params: ParamValues<P>;
  readonly seed: (purpose: string) => number;
  /** The backbone to train, with its initial weights. */
  readonly backbone: Part<Backbone>;
  readonly images: Pick<Images, 'count'>;
  /** Images of a batch. */
  readonly batch: number;
  /** Total number of steps. */
  readonly steps: number;
  /** Steps of an epoch. */
  readonly epoch: number;
  /**
   * Applies a function to every image, whole and unaugmented, at the side of the first views.
   *
   * @param forward from [n, side, side, channels] to [n, dim]
   * @returns [images, dim]
   */
  readonly everyImage: (forward: (x: tf.Tensor4D) => tf.Tensor2D) => Promise<Float32Array>;
}

/** A pre-training method with the declaration of its stage. */
export interface PretrainDefinition<P extends Params> {
  /** `pretrain/...` */
  readonly name: `${string}/${string}`;
  /** One sentence. */
  readonly summary: string;
  /** Its own params, in addition to the shared ones. */
  readonly params: P;
  readonly defaults: Parameters<typeof pretrainParams>[0];
  /** Images per step that the learning rate is meant for; it scales in proportion. Null for no scaling. */
  readonly learningRateFor: number | null;
  /** Lower bound of the loss. */
  readonly lossFloor: number;
  /** Peak memory in MiB; default 2048. */
  readonly memory?: number;
  /** Views per image: a number of one kind, or groups of several sizes. */
  views(params: ParamValues<P>): number | readonly ViewGroup[];
  method(start: MethodStart<P>): Promise<PretrainMethod>;
}

/** Views as groups. */
export function viewGroups<P extends Params>(
  { views }: Pick<PretrainDefinition<P>, 'views'>,
  params: ParamValues<P>,
): readonly ViewGroup[] {
  const asked = views(params);
  return typeof asked === 'number' ? [{ count: asked }] : asked.filter(({ count }) => count > 0);
}
