import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableLine } from './index.js';

test('what a terminal would obey is shown instead', () => {
  expect(printable('\u001B[2J\u001B[31mX.png')).toBe(String.raw`\u001b[2J\u001b[31mX.png`);
  expect(printable('\u009B31m\u007F')).toBe(String.raw`\u009b31m\u007f`);
  expect(printable('rtl\u202Egnp.exe')).toBe(String.raw`rtl\u202egnp.exe`);
  expect(printable('a\uD800b')).toBe(String.raw`a\ud800b`);
  expect(printableLine('two\nlines\r.png')).toBe(String.raw`two\nlines\u000d.png`);
});

test('what is text stays as it is', () => {
  for (const text of ['日本語.png', '🐈‍⬛ and é', 'two\nlines', 'a\ttab', 'שלום']) expect(printable(text)).toBe(text);
});

test('JSON means the same afterwards, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(JSON.parse(printable(JSON.stringify({ value })))).toEqual({ value });
    }),
  );
});
