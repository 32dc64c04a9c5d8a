import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngineUnderTest } from '../engine-under-test.js';
import * as tf from '../tf.js';
import { anyBatch, loadProgram, type OutputShapes, programOf, traceGraph, UntraceableError } from './index.js';

let weight: tf.Variable<tf.Rank.R2>;
beforeAll(async () => {
  await startEngineUnderTest();
  weight = tf.variable(tf.tensor2d([1, -2, 3, 4], [2, 2]));
});
afterAll(() => weight.dispose());

/** [n, 1, 2] to [n, 2], with a product of constants and something that nothing reads. */
function forward(x: tf.Tensor): tf.Tensor[] {
  const rows: tf.Tensor2D = tf.reshape(x, [x.shape[0], 2]);
  tf.exp(rows);
  const doubled = tf.mul<tf.Tensor2D>(weight, 2);
  return [tf.concat([tf.relu(tf.matMul(rows, doubled)), rows], 1)];
}

const shapes: OutputShapes = (kernel, inputs, attributes) => {
  const x = Object.values(inputs)[0]!.shape;
  if (kernel === 'Reshape') return [attributes['shape'] as number[]];
  if (kernel === 'Concat') return [[x[0]!, 4]];
  return ['BatchMatMul', 'Relu', 'Exp'].includes(kernel) ? [x] : null;
};

const traced = (of: (x: tf.Tensor) => tf.Tensor[]) => {
  const open = () => Promise.resolve({ inputShape: [anyBatch, 1, 2], forward: of, dispose: () => undefined });
  return traceGraph(open, shapes);
};

test('a trace holds what depends on the input and matters, and runs as the function does, for any number of rows', async () => {
  const backend = tf.getBackend();
  const graph = await traced(forward);
  expect(tf.getBackend()).toBe(backend);
  expect(graph.calls.map(({ kernel }) => kernel)).toEqual(['Reshape', 'BatchMatMul', 'Relu', 'Concat']);
  const { program, weights } = programOf(graph);
  expect([...weights]).toEqual([2, -4, 6, 8]);
  const loaded = loadProgram(JSON.parse(JSON.stringify(program)) as typeof program, weights);
  for (const rows of [1, 3]) {
    const x = tf.tensor3d(
      Array.from({ length: rows * 2 }, (_, i) => i - 1.5),
      [rows, 1, 2],
    );
    const [own] = loaded.run(x);
    const [direct] = forward(x);
    expect(own!.shape).toEqual([rows, 4]);
    expect([...own!.dataSync()]).toEqual([...direct!.dataSync()]);
    tf.dispose([x, own!, direct!]);
  }
  loaded.dispose();
});

test('a kernel without a counterpart, and numbers that are read, cannot be traced', async () => {
  await expect(traced((x) => [tf.tanh(x)])).rejects.toThrow(new UntraceableError('the kernel Tanh has no counterpart'));
  await expect(traced((x) => [tf.scalar(x.dataSync()[0]!)])).rejects.toThrow(
    'numbers that depend on the images are read',
  );
});
