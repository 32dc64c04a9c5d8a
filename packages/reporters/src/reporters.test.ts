import { expect, test } from 'vitest';
import type { RunEvent, StageOutcome } from '@twoshot/events';
import { closingText } from './closing.js';
import { liveReporter } from './live.js';
import { plainReporter } from './plain.js';

const outcome = (changes: Partial<StageOutcome> = {}): StageOutcome => ({
  task: 'train',
  stage: 'train',
  draw: null,
  use: 'pretrain/vicreg',
  status: 'ran',
  seconds: 61,
  started: 0,
  resultSeconds: 61,
  key: 'ab',
  why: 'first run',
  digests: {},
  metrics: {},
  peakMemory: null,
  error: null,
  ...changes,
});

const progress = (step: number): RunEvent => ({
  type: 'stage-progress',
  task: 'train',
  progress: { step, total: 100, loss: 0.5, throughput: 812.4, unit: 'images' },
});

const started: RunEvent = {
  type: 'stage-started',
  task: 'train',
  use: 'pretrain/vicreg',
  why: 'first run',
  expected: 90,
};

test('plain lines show starts, ends and sometimes progress with the time left', () => {
  const lines: string[] = [];
  let now = 0;
  const tell = plainReporter(
    (line) => lines.push(line),
    () => now,
  );
  tell(started);
  tell(progress(0));
  now = 5;
  tell(progress(10));
  now = 20;
  tell(progress(40));
  tell({ type: 'stage-warning', task: 'train', seconds: 20, line: 'the loss is flat' });
  tell({ type: 'stage-finished', outcome: outcome() });
  tell({ type: 'stage-finished', outcome: outcome({ task: 'next', status: 'skipped', why: 'train failed' }) });
  expect(lines).toEqual([
    'train starts (pretrain/vicreg): first run; took 1 min 30 s last time',
    'train 40/100, loss 0.5000, 812 images/s, 30.0 s left',
    'train warns: the loss is flat',
    'train done in 1 min 01 s',
    'next skipped: train failed',
  ]);
});

test.each([
  ['plain', (print: (line: string) => void) => plainReporter(print, () => 0)],
  ['live', (print: (line: string) => void) => liveReporter({ columns: 200, hasColours: false, write: print }, () => 0)],
])('no name makes a terminal do anything, nor stands on two lines: %s', (_, reporterOn) => {
  const written: string[] = [];
  const reporter = reporterOn((line) => written.push(line));
  const line = 'left out: \u001B[2J\u001B[31mX.png, two\nlines.png, \u009B31m';
  reporter({ type: 'stage-warning', task: 'data', seconds: 1, line });
  reporter({ type: 'notice', task: null, message: 'HTTP 500 \u001B]0;title\u0007\nmore' });
  if ('close' in reporter) (reporter as { close(): void }).close();
  const text = written.join('');
  expect(text).toContain(String.raw`data warns: left out: \u001b[2J\u001b[31mX.png, two\nlines.png, \u009b31m`);
  expect(text).toContain(String.raw`HTTP 500 \u001b]0;title\u0007\nmore`);
  expect(text).not.toContain('\u001B[2J');
  expect(text).not.toContain('\u0007');
});

/** What a terminal shows in the end, without colours. */
function screenOf(written: string): string[] {
  const rows: string[] = [''];
  let row = 0;
  for (const [part] of withoutColours(written).matchAll(/~\[\??\d*[A-Za-z]|\r|\n|[^~\r\n]+/g)) {
    const [, count, command] = /^~\[\??(\d*)([A-Z])/.exec(part) ?? [];
    if (command === 'A') row -= Number(count);
    else if (command === 'K') rows[row] = '';
    else if (command === 'J') rows.splice(row, Infinity, '');
    else if (part === '\n') rows[(row += 1)] ??= '';
    else if (!part.startsWith('~') && part !== '\r') rows[row] += part;
  }
  return rows.filter((line) => line !== '');
}

/** The escape sign as `~`. */
const escapesShown = (text: string): string => text.replaceAll('\u001B', '~');
const withoutColours = (text: string): string => escapesShown(text).replaceAll(/~\[\d+m/g, '');

test('a terminal shows one line per running stage, and finished stages above', () => {
  let written = '';
  let now = 0;
  const terminal = { columns: 60, hasColours: true, write: (text: string): void => void (written += text) };
  const live = liveReporter(terminal, () => now);
  live(started);
  live(progress(0));
  now = 10;
  live(progress(50));
  live({ type: 'stage-finished', outcome: outcome({ task: 'data', status: 'cached' }) });
  expect(screenOf(written)).toEqual(
    [
      'train starts (pretrain/vicreg): first run; took 1 min 30 s last time',
      'data cached',
      'train 10.0 s  50/100, loss 0.5000, 812 images/s, 10.0 s left',
    ].map((line, at) => (at === 2 ? `${line.slice(0, 58)}…` : line)),
  );
  live({ type: 'stage-finished', outcome: outcome() });
  live.close();
  expect(screenOf(written).at(-1)).toBe('train done in 1 min 01 s');
});

test('a terminal without colours gets none, and wide characters do not wrap', () => {
  let written = '';
  const terminal = { columns: 20, hasColours: false, write: (text: string): void => void (written += text) };
  const live = liveReporter(terminal, () => 0);
  live({ ...started, task: '数据数据数据数据数据', expected: null });
  live({ type: 'stage-progress', task: '数据数据数据数据数据', progress: { step: 1, total: 3 } });
  live({ type: 'stage-finished', outcome: outcome({ task: 'data', status: 'cached' }) });
  expect(written).toContain('data cached');
  expect(withoutColours(written)).toBe(escapesShown(written));
  expect(screenOf(written).at(-1)).toBe('数据数据数据数据数…');
  live.close();
});

test('the closing table shows what ran, the time saved and where the outputs are', () => {
  const text = closingText({
    run: 'r',
    status: 'failed',
    pipeline: 'full',
    seconds: 70,
    outcomes: [
      outcome({
        task: 'data',
        stage: 'data',
        use: 'ingest/mnist',
        status: 'cached',
        seconds: 0,
        resultSeconds: 4,
        why: 'unchanged',
      }),
      outcome(),
    ],
    warnings: {},
    outputs: { submission: '/s/submission.csv' },
    metrics: {
      score: {
        values: { accuracy: { mean: 0.975, interval: [0.97, 0.98] } },
        protocol: {
          type: 'classification',
          split: 1,
          draw: 1,
          seed: 0,
          labelled: 20,
          transductive: true,
          rows: 10_000,
          n: 30,
          set: 'test',
          outside: [],
        },
        draws: [1, 2, 3],
        perDraw: { accuracy: [0.97, 0.975, 0.98] },
      },
    },
    sweeps: [],
    error: null,
    errors: [
      {
        code: 'stage-failed',
        message: 'no',
        file: null,
        line: null,
        column: null,
        user: false,
        stage: 'x',
        stack: 'Error: no\n    at y',
        failure: null,
      },
    ],
    directory: '/s/runs/r',
  });
  expect(text).toBe(`
  stage  use              state   time        why
  data   ingest/mnist     cached              unchanged
  train  pretrain/vicreg  ran     1 min 01 s  first run

full failed in 1 min 10 s: 1 ran, 1 cached; 4.00 s saved
  score.accuracy  0.9750  95 %: 0.9700 to 0.9800  10000 of test, 20 labelled, transductive, split 1, draws 1-3, seed 0, n=30
  submission  /s/submission.csv
  /s/runs/r/run.html

x failed: Error: no
    at y`);
});
