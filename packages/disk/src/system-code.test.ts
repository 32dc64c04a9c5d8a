import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { systemCode } from './system-code.js';

test('errors of the system have a code, others none', async () => {
  const missing: unknown = await readFile('/nowhere/at/all').catch((error: unknown) => error);
  expect(systemCode(missing)).toBe('ENOENT');
  expect(
    [new Error('no code'), Object.assign(new Error('a number'), { code: 2 }), 'ENOENT', null].map(systemCode),
  ).toEqual(['', '', '', '']);
});
