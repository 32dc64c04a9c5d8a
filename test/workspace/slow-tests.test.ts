import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../end-to-end');
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));

test('tests that run pipelines from end to end are left out of the quick half', () => {
  expect(files.length).toBeGreaterThan(0);
  const untagged = files.filter(
    (name) => !readFileSync(join(folder, name), 'utf8').startsWith('// @module-tag slow\n'),
  );
  expect(untagged).toEqual([]);
});
