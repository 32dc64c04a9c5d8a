import { tf } from '@twoshot/engine';

/**
 * What is computed here never enters the gradient's tape: its result is a constant, and nothing is traced back
 * through it, not even a gradient of zeros.
 */
export const offTape = <T extends tf.Tensor>(compute: () => T): T =>
  tf.customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();
