import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSubmission, rowsOf, writeFiles, writePredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import submission from './submission.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-submission-'));
  for (const name of ['predictions', 'files']) await mkdir(join(folder, name));
  const rows = rowsOf('test', Uint32Array.of(4, 9));
  const values = Float32Array.of(0.75, 0.25, 0.5, 0.5);
  await writePredictions(join(folder, 'predictions'), {
    rows,
    classNames: ['cat', 'dog'],
    scale: 'probabilities',
    values,
  });
  await writeFiles(join(folder, 'files'), { rows, file: ['new\nline.png', 'cr\rhere.png'], leftOut: [] });
});
afterAll(() => rm(folder, { recursive: true }));

const predictions = (): string => join(folder, 'predictions');

test('names of files that hold the end of a line are quoted', async () => {
  const { outputs } = await runStage(submission, {
    inputs: { predictions: predictions(), files: join(folder, 'files') },
  });
  expect(await readSubmission(outputs.csv)).toBe(
    'file,label,confidence\n"cr\rhere.png",cat,0.5000\n"new\nline.png",cat,0.7500\n',
  );
});

test('without files rows are known by their index', async () => {
  const { outputs } = await runStage(submission, { inputs: { predictions: predictions() } });
  expect(await readSubmission(outputs.csv)).toBe('id,label\n4,0\n9,0\n');
});
