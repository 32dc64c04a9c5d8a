// @module-tag slow
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runJson } from '@twoshot/events';
import { recorder, RunnableWorkspace, statuses } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const pipeline = `stages:
  fixed: { use: make/seeded }
  data: { use: make/number, params: { value: 10, useDraw: true } }
  odd: { use: math/parity, in: { in: data.out } }
  twice: { use: math/double, in: { in: odd.out } }
  both: { use: math/sum, in: { in: [data.out, odd.out] } }
  score: { use: report/score, in: { in: both.out } }
outputs: { figures: score.metrics }
`;

test('draws share stages that do not depend on them, and give a mean with its interval', async () => {
  const result = await workspace.run(pipeline, { draws: { first: 1, last: 4 } });
  expect(result.errors).toEqual([]);
  expect(statuses(result).filter((line) => line.startsWith('fixed'))).toEqual(['fixed ran']);
  const ran = await workspace.ran();
  expect(ran.filter((stage) => stage === 'make/number')).toHaveLength(4);
  expect(ran.filter((stage) => stage === 'math/parity')).toHaveLength(4);
  // Two and two of them come to the same below that: the second one waits for the first one's result.
  expect(ran.filter((stage) => stage === 'math/double')).toHaveLength(2);
  const json = runJson(result) as { metrics: { score: Record<string, unknown> }; outputs: Record<string, string> };
  // 11 + 1, 12 + 0, 13 + 1, 14 + 0
  expect(json.metrics.score['accuracy']).toBeCloseTo((12 + 12 + 14 + 14) / 400, 12);
  expect(json.metrics.score['draws']).toEqual([1, 2, 3, 4]);
  expect(json.metrics.score['perDraw']).toEqual({ accuracy: [0.12, 0.12, 0.14, 0.14] });
  const [low, high] = (json.metrics.score['interval'] as { accuracy: [number, number] }).accuracy;
  // t(0.975, 3) = 3.1824, standard deviation 0.011547
  expect(high - low).toBeCloseTo((2 * 3.1824 * 0.011547) / 2, 5);
  expect(json.metrics.score['protocol']).toMatchObject({ n: 4 });
  expect(Object.keys(json.outputs)).toEqual(['figures draw=1', 'figures draw=2', 'figures draw=3', 'figures draw=4']);
});

test('a draw of many is the same result as that draw alone', async () => {
  await workspace.run(pipeline, { draws: { first: 1, last: 3 } });
  const alone = await workspace.run(pipeline, { set: ['data.draw=2'] });
  expect(statuses(alone)).toEqual([
    'fixed cached',
    'data cached',
    'odd cached',
    'twice cached',
    'both cached',
    'score cached',
  ]);
});

test('a pipeline without draws says so', async () => {
  const result = await workspace.run('stages:\n  fixed: { use: make/seeded }\n', { draws: { first: 1, last: 2 } });
  expect(result.error?.code).toBe('no-draw');
});

test.each([
  [true, 0],
  [false, 1],
])('draws that nothing reads are reported: useDraw %s', async (useDraw, notices) => {
  const { events, listener } = recorder();
  const text = pipeline.replace('useDraw: true', `useDraw: ${useDraw}`);
  await workspace.run(text, { draws: { first: 1, last: 3 }, listener });
  const told = events.filter(
    (event) => event.type === 'notice' && event.message.includes('no stage read its drawn param'),
  );
  expect(told).toHaveLength(notices);
});
