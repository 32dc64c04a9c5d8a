import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineSink } from './line-sink.js';

test('a file keeps what it holds until the first line comes', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'line-sink-'));
  const file = join(cwd, 'labels.csv');
  await writeFile(file, 'earlier answers\n');
  const environment = { cwd, stdout: process.stdout };
  const unused = await lineSink('labels.csv', environment);
  if (!unused.ok) throw new Error('refused');
  await unused.value.close();
  expect(await readFile(file, 'utf8')).toBe('earlier answers\n');
  const used = await lineSink('labels.csv', environment);
  if (!used.ok) throw new Error('refused');
  for (const line of ['one', 'two']) await used.value.write(line);
  await used.value.close();
  expect(await readFile(file, 'utf8')).toBe('one\ntwo\n');
  expect(await lineSink('nowhere/labels.csv', environment)).toMatchObject({
    ok: false,
    failures: [{ message: expect.stringContaining('nowhere/labels.csv cannot be written') }],
  });
  await rm(cwd, { recursive: true });
});
