import { expect, test } from 'vitest';
import { eventFormat, RunRecord, runJson, type RunEvent, type RunTask, type StageOutcome } from './index.js';

const points = [
  [1, 0.5, 0.6],
  [1, 0.9, 0.7],
  [2, 0.5, 0.62],
  [2, 0.9, 0.74],
] as const;

const tasks = points.map(([seed, alpha]): RunTask => {
  const id = `score@seed=${seed},alpha=${alpha}`;
  const point = { instance: 'score', axes: { seed, alpha }, repeats: ['seed', 'draw'] };
  return { task: id, stage: id, draw: null, use: 'report/score', from: [], point };
});

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

const outcome = (task: RunTask, accuracy: number): StageOutcome => ({
  ...task,
  status: 'ran',
  seconds: 1,
  started: 0,
  resultSeconds: 1,
  key: 'k',
  why: '',
  digests: {},
  metrics: { metrics: { values: { accuracy }, protocol } },
  peakMemory: 1,
  error: null,
});

const start: RunEvent = {
  type: 'run-started',
  format: eventFormat,
  run: 'r',
  directory: '/r',
  pipeline: 'p',
  file: '/p.yaml',
  store: '/s',
  tasks,
};

test('metrics over a matrix are one table, with means over the axes that repeat the experiment', () => {
  const finished = tasks.map((task, at): RunEvent => ({
    type: 'stage-finished',
    outcome: outcome(task, points[at]![2]),
  }));
  const { sweeps, ...result } = RunRecord.of([start, ...finished]).result();
  expect(sweeps).toMatchObject([{ stage: 'score', axes: ['seed', 'alpha'], metrics: ['accuracy'], repeats: ['seed'] }]);
  const { sweeps: json } = runJson({ ...result, sweeps }) as {
    sweeps: { points: unknown; means: { interval: { accuracy: [number, number] } }[] }[];
  };
  expect(json[0]!.points).toMatchObject(points.map(([seed, alpha, accuracy]) => ({ axes: { seed, alpha }, accuracy })));
  expect(json[0]!.means).toMatchObject([
    { axes: { alpha: 0.5 }, accuracy: expect.closeTo(0.61, 12) as number },
    { axes: { alpha: 0.9 }, accuracy: expect.closeTo(0.72, 12) as number },
  ]);
  // t(0.975, 1) = 12.706, half the difference of two values is their deviation over the root of two.
  const [low, high] = json[0]!.means[0]!.interval.accuracy;
  expect((high - low) / 2).toBeCloseTo(12.7062 * 0.01, 5);
});

test('a stage with one point is no table', () => {
  const only: RunEvent = { ...start, tasks: tasks.slice(0, 1) };
  const end: RunEvent = { type: 'stage-finished', outcome: outcome(tasks[0]!, 0.5) };
  expect(RunRecord.of([only, end]).result().sweeps).toEqual([]);
});
