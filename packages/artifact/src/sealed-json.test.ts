import { expect, test } from 'vitest';
import { sealed, unsealed } from './sealed-json.js';

test('sealed JSON comes back only as it was sealed', () => {
  const file = sealed({ a: 1, b: [2, 'c'] });
  expect(unsealed(file)).toEqual({ a: 1, b: [2, 'c'] });
  for (const other of ['', '\n', file.slice(0, -1), file.slice(70), `${file} `, file.replace('[2', '[3'), '{"a":1}'])
    expect(() => unsealed(other)).toThrow(SyntaxError);
});
