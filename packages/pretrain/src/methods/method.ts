import type { Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Backbone, Module, StepLoss } from '@twoshot/nn';

export type Head = Module<tf.Tensor2D, tf.Tensor2D>;

/** What one method of pre-training adds to the common course. */
export interface PretrainMethod<Name extends string = string> {
  /** Views of every image. */
  readonly views: number;
  /** Widths of the layers of every head, for a backbone of `dim`; kept in the model's architecture. */
  readonly heads: (dim: number) => Readonly<Record<Name, readonly number[]>>;
  readonly createHead: (name: string, widths: readonly number[]) => Head;
  /** Of adam, adamw and muon, where the method needs another one than usual. */
  readonly beta2?: number;
  /** Images a step that the param `rate` is meant for, and in whose proportion it grows; null for any number. */
  readonly rateFor: number | null;
  /** The loss is never below. */
  readonly leastLoss: number;
  /** @param x [views x images, side, side, channels], view-major */
  readonly loss: (x: tf.Tensor4D, backbone: Backbone, heads: Readonly<Record<Name, Head>>) => StepLoss;
  /** Settings that the recipe names. */
  readonly recipe: Readonly<Record<string, Json>>;
}
