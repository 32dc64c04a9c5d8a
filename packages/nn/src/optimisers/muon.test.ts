import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { conv2d, dense, disposeModule, muon, orthogonalise } from '../index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

const matrixOf = (rows: number, columns: number): tf.Tensor2D => {
  const random = createRandom(rows + columns);
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    [rows, columns],
  );
};

test.each([
  [40, 12],
  [12, 40],
])('a matrix of %i x %i comes near to an orthogonal one', (rows, columns) => {
  tf.tidy(() => {
    const matrix = matrixOf(rows, columns);
    const orthogonal = orthogonalise(matrix, 5);
    expect(orthogonal.shape).toEqual([rows, columns]);
    const gram = tf.matMul<tf.Tensor2D>(orthogonal, orthogonal, rows > columns, rows <= columns).arraySync();
    for (const [i, row] of gram.entries()) {
      expect(row[i]).toBeCloseTo(1, 0);
      expect(Math.max(...row.map((value, j) => (i === j ? 0 : Math.abs(value))))).toBeLessThan(0.3);
    }
    // It points the way of the matrix it came from.
    expect(orthogonal.mul(matrix).sum().dataSync()[0]).toBeGreaterThan(0);
  });
});

test('the short form takes the same way as the iteration on the matrix itself', () => {
  tf.tidy(() => {
    const matrix = matrixOf(9, 20);
    let x = matrix.div<tf.Tensor2D>(matrix.norm());
    for (let i = 0; i < 3; i++) {
      const gram = tf.matMul(x, x, false, true);
      const quadratic = gram.mul(-4.775).add<tf.Tensor2D>(tf.matMul(gram, gram).mul(2.0315));
      x = x.mul(3.4445).add<tf.Tensor2D>(tf.matMul(quadratic, x));
    }
    const short = orthogonalise(matrix, 3).dataSync();
    for (const [i, value] of x.dataSync().entries()) expect(short[i]).toBeCloseTo(value, 4);
  });
});

test('filters move by about the learning rate whatever the size of the gradient, matrices by AdamW', () => {
  const before = tf.memory().numTensors;
  const layers = [conv2d({ in: 4, out: 8 }, createRandom(1)), dense({ in: 4, out: 8, bias: false }, createRandom(2))];
  const parameters = layers.flatMap((layer) => layer.parameters);
  const optimiser = muon(parameters, { weightDecay: 0 });
  const start = parameters.map(({ variable }) => variable.clone());
  tf.tidy(() =>
    optimiser.step(
      parameters.map(({ variable }) => tf.randomNormal(variable.shape, 0, 1e-3, 'float32', 3)),
      { learningRate: 0.01 },
    ),
  );
  for (const [i, { variable }] of parameters.entries()) {
    const moved = tf.tidy(() => variable.sub(start[i]!).square().mean().sqrt().dataSync()[0]!);
    expect(moved).toBeGreaterThan(0.001);
    expect(moved).toBeLessThan(0.012);
  }
  tf.dispose(start);
  optimiser.dispose();
  for (const layer of layers) disposeModule(layer);
  expect(tf.memory().numTensors).toBe(before);
});
