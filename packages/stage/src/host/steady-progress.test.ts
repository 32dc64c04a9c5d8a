import { expect, test } from 'vitest';
import type { Progress } from '../declaration.js';
import { steadyProgress } from './steady-progress.js';

test('of many progress reports the first, one every 100 ms and the last of every phase are passed on', () => {
  const sent: Progress[] = [];
  let time = 0;
  const { report, flush } = steadyProgress(
    (progress) => sent.push(progress),
    () => time,
  );
  for (let step = 1; step <= 300; step++) {
    time += 1;
    report({ step, total: 1000, phase: 'read' });
  }
  for (let step = 1; step <= 10; step++) report({ step, total: 10, phase: 'write' });
  report({ step: 1, total: 9, phase: 'check' });
  report({ step: 2, total: 9, phase: 'check' });
  flush();
  flush();
  expect(sent.map(({ phase, step }) => `${phase} ${step}`)).toEqual([
    'read 1',
    'read 101',
    'read 201',
    'read 300',
    'write 1',
    'write 10',
    'check 1',
    'check 2',
  ]);
});
