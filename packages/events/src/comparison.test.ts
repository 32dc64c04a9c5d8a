import { expect, test } from 'vitest';
import { compareMethods, comparisonCsv, comparisonJson, refused, type NamedResult } from './index.js';

const protocol = {
  type: 'classification',
  set: 'test',
  rows: 100,
  split: 1,
  draw: 1,
  seed: 0,
  labelled: 20,
  transductive: false,
  n: 5,
  outside: [],
} as const;

/** A run with the given accuracies of its stages in draws from 1 on; null where a draw has none. */
const scored = (name: string, stages: Readonly<Record<string, readonly (number | null)[]>>): NamedResult => ({
  name,
  result: {
    ...refused([], name),
    metrics: Object.fromEntries(
      Object.entries(stages).map(([stage, accuracy]) => [
        stage,
        {
          values: { accuracy: { mean: 0, interval: null } },
          protocol,
          draws: accuracy.map((_, at) => at + 1),
          perDraw: { accuracy },
        },
      ]),
    ),
  },
});

const compared = (results: readonly NamedResult[], metric: string | null = null) => {
  const comparison = compareMethods(results, metric);
  if (!comparison.ok) throw new Error(comparison.failures[0]!.message);
  return comparison.value;
};

test('methods are paired by draw, with the exact test of signed ranks', () => {
  const comparison = compared([
    scored('full', { score: [0.91, 0.92, 0.93, 0.94, 0.95] }),
    scored('other', { score: [0.9, 0.9, 0.9, 0.9, 0.9] }),
    scored('same', { score: [0.91, 0.92, 0.93, 0.94, 0.95] }),
  ]);
  const [full, other, same] = comparison.methods;
  expect(full).toMatchObject({
    name: 'full',
    difference: null,
    estimate: { mean: expect.closeTo(0.93, 12) as number },
  });
  expect(other!.difference).toMatchObject({ mean: expect.closeTo(-0.03, 12) as number, higher: 0, lower: 5 });
  // 2 of the 32 sign patterns are as extreme; the smaller of two p-values counts twice.
  expect(other!.difference).toMatchObject({ pValue: 2 / 32, adjustedP: 4 / 32 });
  expect(same!.difference).toMatchObject({ mean: 0, higher: 0, lower: 0, pValue: 1 });
  expect(comparisonJson(comparison)).toMatchObject({
    metric: 'accuracy',
    draws: [1, 2, 3, 4, 5],
    methods: [{ method: 'full', perDraw: [0.91, 0.92, 0.93, 0.94, 0.95] }, { difference: { to: 'full' } }, {}],
    error: null,
  });
});

test('differences that rounding alone tells apart are ties', () => {
  // 0.3 - 0.2 and 0.2 - 0.1 are not equal in floating point.
  const { methods } = compared([scored('a', { score: [0.2, 0.1, 0.5] }), scored('b', { score: [0.3, 0.2, 0.4] })]);
  expect(methods[1]!.difference!.pValue).toBe(1);
});

test('the scoring stages of one pipeline are methods, too; draws without a score are left out', () => {
  const one = scored('p', { 'score@k=0.1': [0.5, null, 0.6], 'score@k=2': [0.7, 0.8, 0.9], other: [0.1, 0.2, 0.3] });
  const comparison = compared([one], 'score.accuracy');
  expect(comparison.methods.map(({ name }) => name)).toEqual(['score@k=0.1', 'score@k=2']);
  expect(comparisonCsv(comparison)).toBe('draw,score@k=0.1,score@k=2\n1,0.5,0.7\n3,0.6,0.9');
  const single = compared([one, one], 'score@k=0.1.accuracy');
  expect(single.methods.map(({ stage }) => stage)).toEqual(['score@k=0.1', 'score@k=0.1']);
  const two = compared([one, scored('a "b"', { score: [0.1, 0.2, 0.3] })], 'accuracy');
  expect(comparisonCsv(two).split('\n')[0]).toBe('draw,p score@k=0.1,p score@k=2,p other,"a ""b"""');
});

test('what cannot be compared is refused', () => {
  const one = scored('p', { score: [0.5, 0.6] });
  expect(compareMethods([one], null)).toMatchObject({
    failures: [{ message: 'only score has the metric `accuracy`, and two methods are needed' }],
  });
  expect(compareMethods([one, one], 'f1')).toMatchObject({
    failures: [
      {
        message: 'no stage has the metric `f1`, and two methods are needed',
        expected: 'one of `accuracy`, or `stage.metric`',
      },
    ],
  });
  expect(compareMethods([one, one], 'acuracy')).toMatchObject({ failures: [{ nearest: 'accuracy' }] });
  expect(compareMethods([one, scored('q', { score: [null, 0.6] })], null)).toMatchObject({
    failures: [{ message: 'the methods have fewer than two draws in common', found: 'draw 2' }],
  });
});
