import { startEngineUnderTest } from '@twoshot/engine/testing';
import { createRandom } from '@twoshot/engine/random';
import { beforeAll, expect, test } from 'vitest';
import { solvePositiveDefinite } from './cholesky.js';
import { fitLeadingPca } from './leading-pca.js';
import { matrixOf } from './matrix.js';
import { neighbourWhitening } from './neighbour-whitening.js';
import { fitPca } from './pca.js';

beforeAll(() => startEngineUnderTest());

const random = createRandom(5);

test('the leading components are those of the exact decomposition', async () => {
  const points = matrixOf(
    200,
    40,
    Float32Array.from({ length: 200 * 40 }, (_, i) => random.normal() * 0.8 ** (i % 40)),
  );
  const [exact, leading] = [await fitPca(points, 5), await fitLeadingPca(points, 5)];
  for (let component = 0; component < 5; component++) {
    expect(leading.explainedVariance[component]! / exact.explainedVariance[component]!).toBeCloseTo(1, 3);
    let cosine = 0;
    for (let i = component * 40; i < (component + 1) * 40; i++)
      cosine += exact.components.data[i]! * leading.components.data[i]!;
    expect(cosine).toBeGreaterThan(0.99);
  }
});

test('fewer different rows than components leave components of no variance', async () => {
  const points = matrixOf(3, 6, Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0));
  const { explainedVariance, explainedVarianceRatio } = await fitLeadingPca(points, 4);
  expect(explainedVarianceRatio[0]).toBeCloseTo(1, 4);
  for (const variance of explainedVariance.slice(1)) expect(variance).toBeCloseTo(0, 5);
});

test('directions in which neighbours differ count less', async () => {
  // Two far clusters along the first direction; within them rows differ along the second.
  const points = matrixOf(
    60,
    2,
    Float32Array.from(Array.from({ length: 60 }, (_, row) => [row % 2 === 0 ? 5 : -5, random.normal()]).flat()),
  );
  const { data } = await neighbourWhitening(points, { neighbours: 3, shrinkage: 0.01 });
  const length = (row: number): number => Math.hypot(data[row * 2]!, data[row * 2 + 1]!);
  expect(length(0) / length(1)).toBeGreaterThan(5);
});

test('equations of a positive definite matrix are solved, others refused', () => {
  const right = Float64Array.of(10, 1, 8, 0);
  solvePositiveDefinite(Float64Array.of(4, 2, 2, 3), right, 2);
  for (const [i, value] of [1.75, 0.375, 1.5, -0.25].entries()) expect(right[i]).toBeCloseTo(value, 12);
  expect(() => solvePositiveDefinite(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1), 2)).toThrow('row 1 depends');
});
