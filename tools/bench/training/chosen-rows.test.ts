import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chosenRows } from './chosen-rows.js';
import { rows } from './rows.js';

test('rows whose data is not at hand are named with how to get it, before anything is measured', async () => {
  const root = await mkdtemp(join(tmpdir(), 'twoshot-bench-'));
  const [other] = rows;
  expect(chosenRows(rows, [], root)).toContain('simsiam-epoch');
  expect(chosenRows(rows, ['simsiam-epoch'], root)).toContain('--only data downloads it');
  expect(chosenRows(rows, [other!.id], root)).toEqual([other]);
  expect(chosenRows(rows, ['simsiam'], root)).toContain('there is no row simsiam; there are ');
  await mkdir(join(root, 'data/cifar-10-batches-bin'), { recursive: true });
  expect(chosenRows(rows, [], root)).toEqual(rows);
  await rm(root, { recursive: true });
});
