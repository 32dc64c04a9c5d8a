import type { tf } from '@twoshot/engine';
import type { Mode, Module } from '../module.js';

/** Labelled rows and the rows to classify. */
export interface ComparedRows {
  /** [support, dim] features, or [support, rows, columns, channels] maps where the comparator takes those */
  readonly support: tf.Tensor;
  /** [support] classes 0..ways - 1, each at least once */
  readonly labels: Int32Array;
  readonly ways: number;
  /** [queries, ...] as `support` */
  readonly query: tf.Tensor;
}

/** A head that classifies by comparison with labelled rows: any number of classes and of rows per class. */
export interface Comparator extends Pick<Module, 'parameters' | 'buffers'> {
  /** Output of the backbone that it compares. */
  readonly takes: 'features' | 'maps';
  /** `logits` become probabilities by a softmax, `scores` lie in 0..1 and every class has its own. */
  readonly gives: 'logits' | 'scores';
  /** @returns [queries, ways]; queries are independent */
  readonly compare: (rows: ComparedRows, mode: Mode) => tf.Tensor2D;
}
