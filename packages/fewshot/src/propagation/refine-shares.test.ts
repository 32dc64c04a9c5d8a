import { argMaxRows, graphFromDense, matrixOf } from '@twoshot/geometry';
import { expect, test } from 'vitest';
import { refineShares } from './refine-shares.js';

/** Two groups of four that all know each other, joined by one weak edge. */
function twoGroups() {
  const weights = new Float64Array(64);
  for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) if (i !== j && i < 4 === j < 4) weights[i * 8 + j] = 1;
  weights[3 * 8 + 4] = weights[4 * 8 + 3] = 0.1;
  return graphFromDense(matrixOf(8, 8, weights));
}

test('refinement moves the border to where few edges cross it, and keeps the labelled rows', async () => {
  const shares = matrixOf(
    8,
    2,
    Float64Array.from([1, 1, 1, 1, 0.9, 0.2, 0.2, 0.2].flatMap((share) => [share, 1 - share])),
  );
  const known = { position: [0, 7], label: [0, 1] };
  const { shares: refined } = await refineShares(twoGroups(), shares, known, { refinements: 2, reach: 3 });
  expect([...argMaxRows(refined)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  const wrong = { ...shares, data: shares.data.map((share) => 1 - share) };
  const { shares: kept } = await refineShares(
    twoGroups(),
    wrong,
    { position: [0, 1, 2], label: [0, 0, 0] },
    { refinements: 4, reach: 2 },
  );
  expect([...argMaxRows(kept)].slice(0, 4)).toEqual([0, 0, 0, 0]);
});

test('a row without edges keeps its probabilities, and an empty graph works', async () => {
  const alone = graphFromDense(matrixOf(3, 3, Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 0)));
  const shares = matrixOf(3, 2, Float64Array.of(0.8, 0.2, 0.6, 0.4, 0.3, 0.7));
  const known = { position: [0], label: [0] };
  const { shares: refined } = await refineShares(alone, shares, known, { refinements: 2, reach: 1 });
  expect([...refined.data.subarray(4)]).toEqual([0.3, 0.7]);
  expect(await refineShares(alone, shares, known, { refinements: 0, reach: 1 })).toEqual({ shares, stopped: null });
});

/** A ring of `count` rows, each linked to its next ones on both sides. */
function ring(count: number, reach: number) {
  const weights = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let step = 1; step <= reach; step++) {
      const next = (i + step) % count;
      weights[i * count + next] = weights[next * count + i] = 1;
    }
  return graphFromDense(matrixOf(count, count, weights));
}

test('a round that takes more than a fifth of the labelled rows from their classes is left out', async () => {
  // Nothing separates the classes of a ring, so that the largest one takes the others.
  const classes = Array.from({ length: 24 }, (_, row) => (row < 14 ? 0 : row < 19 ? 1 : 2));
  const shares = matrixOf(
    24,
    3,
    Float64Array.from(classes.flatMap((own) => [0, 1, 2].map((label) => (label === own ? 0.9 : 0.05)))),
  );
  const known = { position: [3, 10, 14, 18, 19, 23], label: [0, 0, 1, 1, 2, 2] };
  const options = { refinements: 3, reach: 12 };
  const { shares: kept, stopped } = await refineShares(ring(24, 3), shares, known, options);
  expect(stopped).toEqual({ round: 1, left: 4 });
  expect(kept).toEqual(shares);
  // A single labelled row that joins the group around it is an atypical one, or its label is wrong.
  const odd = { position: [0, 1, 2, 3, 4, 5, 7], label: [0, 0, 0, 1, 1, 1, 1] };
  const asLabelled = matrixOf(
    8,
    2,
    Float64Array.from([0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1].flatMap((share) => [share, 1 - share])),
  );
  const joined = await refineShares(twoGroups(), asLabelled, odd, { refinements: 1, reach: 6 });
  expect(joined.stopped).toBeNull();
  expect(argMaxRows(joined.shares)[3]).toBe(0);
});
