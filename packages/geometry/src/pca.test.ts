import { createRandom } from '@twoshot/engine/random';
import { expectNoLeak, startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { columnMeans, subtractFromRows } from './centring.js';
import { eigenSymmetric } from './eigen.js';
import { type Matrix, matrixOf } from './matrix.js';
import { fitPca, projectPca } from './pca.js';
import { multiplyRows, secondMoment } from './products.js';
import { applyWhitening, fitWhitening } from './whitening.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

/** Rows around (3, ..., 3) whose columns are mixed. */
function mixed(rows: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed);
  const mix = Float64Array.from({ length: columns * columns }, () => random.normal());
  const data = new Float32Array(rows * columns).fill(3);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++) {
      const source = random.normal() / (i + 1);
      for (let j = 0; j < columns; j++) data[row * columns + j]! += source * mix[i * columns + j]!;
    }
  return matrixOf(rows, columns, data);
}

test.each([1, 2, 3, 7, 40])(
  'eigenvectors of a symmetric matrix of %i rows rebuild it and are orthonormal',
  async (n) => {
    const random = createRandom(n);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.normal();
    const { values, vectors } = await eigenSymmetric(matrix, n);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let [rebuilt, product] = [0, 0];
        for (let k = 0; k < n; k++) {
          rebuilt += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
          product += vectors[i * n + k]! * vectors[j * n + k]!;
        }
        expect(rebuilt).toBeCloseTo(matrix[i * n + j]!, 10);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
      }
  },
);

test('equal and zero eigenvalues are no trouble', async () => {
  const { values } = await eigenSymmetric(Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 0), 3);
  expect([...values]).toEqual([2, 2, 0]);
  expect([...(await eigenSymmetric(new Float64Array(16), 4)).values]).toEqual([0, 0, 0, 0]);
  await expect(eigenSymmetric(Float64Array.of(Number.NaN), 1)).rejects.toThrow('finite matrix');
});

test('projections have the explained variances and are uncorrelated; power 1 makes them 1', async () => {
  const points = mixed(3000, 6, 1);
  const pca = await fitPca(points, 4);
  expect(pca.explainedVarianceRatio.reduce((sum, share) => sum + share, 0)).toBeLessThan(1);
  for (const power of [0, 1]) {
    const projected = await projectPca(points, pca, power);
    const moment = await secondMoment(subtractFromRows(projected, columnMeans(projected)));
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        const expected = i === j ? (power === 0 ? pca.explainedVariance[i]! : 1) : 0;
        expect(moment[i * 4 + j]! / pca.explainedVariance[0]!).toBeCloseTo(expected / pca.explainedVariance[0]!, 2);
      }
  }
});

test('a direction without variance becomes 0 instead of noise', async () => {
  const data = mixed(500, 3, 2).data.map((value, i) => (i % 3 === 2 ? 5 : value));
  const points = matrixOf(500, 3, data);
  const whitened = await projectPca(points, await fitPca(points, 3), 1);
  expect(Math.max(...whitened.data.filter((_, i) => i % 3 === 2).map(Math.abs))).toBe(0);
});

test('whitened rows have the identity as covariance', async () => {
  const points = mixed(4000, 5, 3);
  const whitened = await applyWhitening(points, await fitWhitening(points, 1e-6));
  const moment = await secondMoment(whitened);
  for (let i = 0; i < 25; i++) expect(moment[i]).toBeCloseTo(i % 6 === 0 ? 1 : 0, 2);
});

test('a projected row is the same alone and among others, to the last bit', async () => {
  const points = mixed(2500, 48, 4);
  const pca = await fitPca(points, 16);
  const all = await projectPca(points, pca, 0.5);
  const alone = await projectPca(matrixOf(1, 48, points.data.slice(2300 * 48, 2301 * 48)), pca, 0.5);
  expect(alone.data).toEqual(all.data.slice(2300 * 16, 2301 * 16));
});

test('wrong shapes are refused and nothing leaks', async () => {
  const points = mixed(20, 4, 5);
  await expect(fitPca(points, 5)).rejects.toThrow('expected 1 to 4 components, got 5');
  await expect(fitPca(mixed(1, 4, 5), 2)).rejects.toThrow('at least two rows');
  await expect(multiplyRows(points, points)).rejects.toThrow('expected rows of 20 values, got 4');
  await expect(fitWhitening(points, 0)).rejects.toThrow('epsilon above 0');
  await expectNoLeak(async () => {
    await projectPca(points, await fitPca(points, 2));
    await applyWhitening(points, await fitWhitening(points, 0.1));
    return [];
  });
});
