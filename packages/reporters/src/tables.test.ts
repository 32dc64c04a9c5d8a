import type { Comparison, Sweep } from '@twoshot/events';
import { expect, test } from 'vitest';
import { comparisonText } from './index.js';
import { sweepRows } from './sweep-table.js';

const protocol = {
  type: 'classification',
  set: 'test',
  rows: 100,
  split: 1,
  draw: 1,
  seed: 1,
  labelled: 20,
  transductive: false,
  n: 1,
  outside: [],
} as const;

const compared: Comparison = {
  metric: 'accuracy',
  draws: [1, 2, 3],
  methods: [
    {
      name: 'full',
      pipeline: 'full',
      stage: 'score',
      protocol,
      perDraw: [0.9, 0.91, 0.92],
      estimate: { mean: 0.91, interval: [0.88, 0.94] },
      difference: null,
    },
    {
      name: 'knn',
      pipeline: 'knn',
      stage: 'score',
      protocol,
      perDraw: [0.8, 0.8, 0.8],
      estimate: { mean: 0.8, interval: [0.8, 0.8] },
      difference: { mean: -0.11, interval: [-0.13, -0.09], higher: 0, lower: 3, pValue: 0.25, adjustedP: 0.000_02 },
    },
  ],
};

test('a comparison is a table with one protocol, and says so where the protocols differ', () => {
  expect(comparisonText(compared))
    .toBe(`  method  accuracy  95 %              difference  95 %                higher  lower  p
  full    0.9100    0.8800 to 0.9400
  knn     0.8000    0.8000 to 0.8000  -0.1100     -0.1300 to -0.0900  0       3      2.0e-5

  100 of test, 20 labelled, inductive, split 1, draws 1-3, seed 1, n=3
  Differences to full, paired by draw, with the intervals of Student's t; higher and lower: draws.
  p: Wilcoxon's signed-rank test, two-sided.`);
  const [first, second] = compared.methods;
  const mixed = { ...compared, methods: [first!, { ...second!, protocol: { ...protocol, set: 'train' } }, second!] };
  expect(comparisonText(mixed)).toMatch(
    /not measured in the same way:\n {4}full {2}100 of test.*\n {4}knn {3}100 of train[^]*Holm's method for 2 comparisons/,
  );
});

const at = (mean: number) => ({ accuracy: { mean, interval: null } });

test('a sweep has a row for each point and each mean, and names its seeds', () => {
  const sweep: Sweep = {
    stage: 'score',
    axes: ['seed', 'alpha'],
    metrics: ['accuracy'],
    protocol,
    draws: null,
    repeats: ['seed'],
    points: [
      { axes: { seed: 1, alpha: 0.5 }, values: at(0.6) },
      { axes: { seed: 2, alpha: 0.5 }, values: at(0.8) },
    ],
    means: [{ axes: { alpha: 0.5 }, values: { accuracy: { mean: 0.7, interval: [0.5, 0.9] } } }],
  };
  expect(sweepRows(sweep)).toEqual({
    rows: [
      ['score', 'seed', 'alpha', 'accuracy'],
      ['', '1', '0.5', '0.6000'],
      ['', '2', '0.5', '0.8000'],
      ['mean over seed', '', '0.5', '0.7000 ± 0.2000'],
    ],
    protocol: '100 of test, 20 labelled, inductive, split 1, draw 1, seeds 1 2, n=1; ± is half of a 95 % interval',
  });
});
