import { expect, test } from 'vitest';
import { describeWheelFailure } from './index.js';

test('what pip says is told without the passwords of its indexes', () => {
  const output = `Looking in indexes: https://me:pass1@index.example/simple
ERROR: Could not install https://me:pass1@index.example/a.whl?token=pass2 due to an error: 403`;
  const [missing] = describeWheelFailure({ kind: 'download-failed', requirement: 'a==1', output }, 'the library');
  expect(missing).toContain('https://…@index.example/a.whl?token=…');
  expect(missing).not.toMatch(/pass[12]/);
});
