import { expect, test } from 'vitest';
import { eventFormat, eventLine, readEvents, RunRecord, type RunEvent, type StageOutcome } from './index.js';

const task = (name: string, from: readonly string[] = []) => ({
  task: name,
  stage: name,
  draw: null,
  use: 'a/b',
  from,
});
const start: RunEvent = {
  type: 'run-started',
  format: eventFormat,
  run: 'r1',
  directory: '/store/runs/r1',
  pipeline: 'p',
  file: '/p.yaml',
  store: '/store',
  tasks: [task('one'), task('two', ['one'])],
};
const outcome = (name: string, changes: Partial<StageOutcome> = {}): StageOutcome => ({
  task: name,
  stage: name,
  draw: null,
  use: 'a/b',
  status: 'ran',
  seconds: 1,
  started: 0,
  resultSeconds: 1,
  key: 'k',
  why: 'first run',
  digests: {},
  metrics: {},
  peakMemory: 1,
  error: null,
  ...changes,
});
const error = (message: string, user: boolean) => ({
  code: 'x',
  message,
  file: null,
  line: null,
  column: null,
  user,
  stage: null,
  stack: null,
  failure: null,
});

test('a running run has outcomes for all its tasks', () => {
  const record = RunRecord.of([start, { type: 'stage-finished', outcome: outcome('one') }]);
  expect(record.result()).toMatchObject({ run: 'r1', status: 'interrupted', directory: '/store/runs/r1' });
  expect(record.result().outcomes.map(({ status, why }) => `${status} ${why}`)).toEqual([
    'ran first run',
    'skipped interrupted',
  ]);
});

test('of a stage that finished twice the last outcome counts', () => {
  const twice = [outcome('one', { key: 'k1' }), outcome('one', { key: 'k2' })];
  const record = RunRecord.of([start, ...twice.map((each): RunEvent => ({ type: 'stage-finished', outcome: each }))]);
  expect(record.result().outcomes[0]!.key).toBe('k2');
});

test("an internal error precedes a user's mistake, and what stopped the run precedes both", () => {
  const events: RunEvent[] = [
    start,
    { type: 'stage-finished', outcome: outcome('one', { status: 'failed', error: error('mistake', true) }) },
    { type: 'stage-finished', outcome: outcome('two', { status: 'failed', error: error('fault', false) }) },
  ];
  const failed: RunEvent = { type: 'run-finished', status: 'failed', seconds: 2, error: null };
  expect(RunRecord.of([...events, failed]).result().error?.message).toBe('fault');
  const full = { ...failed, error: error('disk full', true) };
  expect(RunRecord.of([...events, full]).result()).toMatchObject({
    error: { message: 'disk full' },
    errors: [{ message: 'mistake' }, { message: 'fault' }],
  });
});

const line = (text: string): RunEvent => ({ type: 'stage-log', task: 'one', seconds: 1, line: text });

test('logs keep their last lines; those of an earlier attempt go', () => {
  const began: RunEvent = { type: 'stage-started', task: 'one', use: 'a/b', why: '', expected: null };
  const record = RunRecord.of([start, line('earlier'), began, line('first')]);
  record.add({ type: 'stage-warning', task: 'one', seconds: 2.5, line: 'flat' });
  expect(record.logOf('one')).toEqual({ lines: ['    1.00 first', '    2.50 warning: flat'], hidden: 0 });
  for (let at = 0; at < 200; at++) record.add(line(String(at)));
  expect(record.logOf('one')).toMatchObject({ hidden: 2, lines: { length: 200, 199: '    1.00 199' } });
  expect(record.logOf('two')).toEqual({ lines: [], hidden: 0 });
  expect(record.result().warnings).toEqual({ one: ['flat'] });
  record.add({ type: 'stage-earlier-log', task: 'one', run: 'r', hidden: 0, lines: ['    2.50 warning: flat'] });
  record.add({ type: 'stage-warning', task: 'one', run: 'r', seconds: 2.5, line: 'flat' });
  expect(record.logOf('one')).toEqual({ lines: ['    2.50 warning: flat'], hidden: 0 });
  expect(record.result().warnings).toEqual({ one: ['flat'] });
});

test('events come back from their lines; half a line at the end is ignored', () => {
  const text = `${eventLine(start, 5)}${eventLine({ type: 'stage-waiting', task: 'one', owner: 'process 1 on a' }, 6)}{"at":7,"ty`;
  expect(readEvents(text)).toEqual({
    ok: true,
    value: [
      { at: 5, ...start },
      { at: 6, type: 'stage-waiting', task: 'one', owner: 'process 1 on a' },
    ],
  });
  expect(readEvents('')).toEqual({ ok: true, value: [] });
});

test('events of another format are refused, and so is a missing start', () => {
  expect(readEvents(eventLine({ ...start, format: 99 }, 5))).toMatchObject({ failures: [{ found: 'format 99' }] });
  expect(readEvents(eventLine({ type: 'stage-waiting', task: 'one', owner: 'process 1 on a' }, 5))).toMatchObject({
    failures: [{ code: 'event-format', found: 'stage-waiting' }],
  });
});
