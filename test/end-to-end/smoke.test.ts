// @module-tag slow
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { digestsOf, run, stagesThat, temporaryFolder } from './rig.js';

test('the whole line runs, and a second run takes everything from the store', { timeout: 600_000 }, async () => {
  const store = await temporaryFolder();
  const first = await run(['run', 'smoke', '--store', store, '--json']);
  expect(first.text).toContain('smoke done');
  expect(first.code).toBe(0);
  expect(first.summary!.error).toBeNull();
  expect(stagesThat(first, 'ran').length).toBe(first.summary!.stages.length);

  const lines = readFileSync(first.summary!.outputs['submission']!, 'utf8').split('\n');
  expect(lines[0]).toBe('id,label');
  expect(lines.at(-1)).toBe('');
  expect(lines.slice(1, -1).map((line) => Number(line.split(',')[0]))).toEqual(
    Array.from({ length: 600 }, (_, i) => i),
  );
  expect(lines.slice(1, -1).every((line) => /^\d+,[0-9]$/.test(line))).toBe(true);
  expect(readFileSync(first.summary!.outputs['report']!, 'utf8')).toContain('Least confident predictions');
  const accuracy = first.summary!.metrics['score']!['accuracy']!;
  // Ten classes: far above chance, although nothing was trained for long.
  expect(accuracy).toBeGreaterThan(0.2);
  expect(accuracy).toBeLessThanOrEqual(1);

  const second = await run(['run', 'smoke', '--store', store, '--json']);
  expect(stagesThat(second, 'cached').length).toBe(second.summary!.stages.length);
  expect(digestsOf(second)).toEqual(digestsOf(first));

  const drawn = await run(['run', 'smoke', '--store', store, '--set', 'data.draw=7', '--json']);
  expect(drawn.code).toBe(0);
  const untouched = ['backbone', 'train-features', 'test-features', 'space', 'nearest', 'groups', 'scan', 'episodes'];
  expect(stagesThat(drawn, 'cached')).toEqual(expect.arrayContaining(untouched));
  expect(stagesThat(drawn, 'ran')).toEqual(expect.arrayContaining(['data', 'spread', 'score']));

  const elsewhere = await run(['run', 'smoke', '--store', await temporaryFolder(), '--json']);
  expect(digestsOf(elsewhere)).toEqual(digestsOf(first));
});

test('a mistake ends with exit code 2 and a place, and leaves nothing behind', async () => {
  const finished = await run([
    'run',
    'smoke',
    '--store',
    await temporaryFolder(),
    '--set',
    'backbone.setps=3',
    '--json',
  ]);
  expect(finished.code).toBe(2);
  expect(finished.summary!.error!.message).toContain('setps');
  expect(finished.text).toContain('steps');
});
