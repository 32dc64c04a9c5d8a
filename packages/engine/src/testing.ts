import * as tf from '@tensorflow/tfjs-core';

export { comparedEngines, engineUnderTest, startEngineUnderTest } from './engine-under-test.js';

/**
 * Runs a function and checks that it leaves no tensors behind besides those that it returns. What it returns is
 * disposed afterwards.
 *
 * @throws Error with the number of leaked tensors
 * @example
 * ```ts
 * await expectNoLeak(() => vicregLoss([a, b], options).loss);
 * ```
 */
export async function expectNoLeak<T extends tf.TensorContainer>(work: () => T | Promise<T>): Promise<void> {
  const before = tf.memory().numTensors;
  const result = await work();
  const returned = tensorsIn(result).length;
  const left = tf.memory().numTensors - before - returned;
  tf.dispose(result);
  if (left > 0) throw new Error(`${left} tensor(s) leaked`);
  if (left < 0) throw new Error(`${-left} tensor(s) that were there before are gone`);
}

function tensorsIn(container: tf.TensorContainer): tf.Tensor[] {
  const seen = new Set<tf.Tensor>();
  const visit = (value: unknown): void => {
    if (value instanceof tf.Tensor) seen.add(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
      Object.values(value).forEach(visit);
  };
  visit(container);
  return [...seen];
}
