import type { tf } from '@twoshot/engine';
import { globalMean } from '../layers/pooling.js';
import type { Mode, Module } from '../module.js';

/** A network from images [batch, height, width, channels] to features [batch, dim]. */
export interface Backbone extends Module<tf.Tensor4D, tf.Tensor2D> {
  readonly dim: number;
  /** Name of the linear layer that makes logits of the features, in the reference's weight files. */
  readonly classifier: string;
  /** Fits what is computed from data instead of learned (a whitened first layer); null where there is nothing. */
  readonly fit: ((views: tf.Tensor4D) => Promise<void>) | null;
  /** @returns [batch, rows, columns, dim] feature maps, whose mean over positions `forward` gives */
  maps(x: tf.Tensor4D, mode: Mode): tf.Tensor4D;
}

/** A backbone whose features are the mean of its maps over positions. */
export function pooledBackbone(network: Omit<Backbone, 'forward'>): Backbone {
  return { ...network, forward: (x, mode) => globalMean(network.maps(x, mode)) };
}
