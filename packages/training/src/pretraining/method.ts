import type { Images } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Part } from '@twoshot/model';
import type { Backbone } from '@twoshot/nn';
import type { Params, ParamValues } from '@twoshot/stage';
import type { TrainingMethod } from '../method.js';
import type { SizedBatch, ViewGroup } from './sized-views.js';
import type { pretrainParams } from './pretrain-params.js';

/** What a method of pre-training adds: its heads, its memory and its loss on groups of views. */
export type PretrainMethod = TrainingMethod<readonly tf.Tensor4D[], SizedBatch>;

/** What a method is built from. */
export interface MethodStart<P extends Params> {
  readonly params: ParamValues<P>;
  readonly seed: (purpose: string) => number;
  /** The backbone that is trained, with the weights that it starts from. */
  readonly backbone: Part<Backbone>;
  readonly images: Pick<Images, 'count'>;
  /** Images of a batch. */
  readonly batch: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** Steps of an epoch. */
  readonly epoch: number;
  /**
   * What a function makes of every image, whole and unchanged, at the side of the first views.
   *
   * @param forward from [n, side, side, channels] to [n, dim]
   * @returns [images, dim]
   */
  readonly everyImage: (forward: (x: tf.Tensor4D) => tf.Tensor2D) => Promise<Float32Array>;
}

/** A method of pre-training with all that its stage says of it. */
export interface PretrainDefinition<P extends Params> {
  /** `pretrain/...` */
  readonly name: `${string}/${string}`;
  /** One sentence. */
  readonly summary: string;
  /** Its own, beside those that all methods share. */
  readonly params: P;
  readonly defaults: Parameters<typeof pretrainParams>[0];
  /** Images a step that the learning rate is meant for, and in whose proportion it grows; null for any number. */
  readonly learningRateFor: number | null;
  /** The loss is never below. */
  readonly lossFloor: number;
  /** Peak memory in MiB; default 2048. */
  readonly memory?: number;
  /** Views of every image: so many of one kind, or groups of several sizes. */
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
