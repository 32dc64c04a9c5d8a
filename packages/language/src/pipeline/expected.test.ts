import { expect, test } from 'vitest';
import { expectation } from './expected.js';

test.each([
  [{ type: 'integer' }, 'an integer'],
  [{ type: 'integer', minimum: 1, maximum: 9 }, 'an integer of at least 1 and at most 9'],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 'a number of more than 0 and less than 1'],
  [{ type: 'integer', multipleOf: 8 }, 'an integer, a multiple of 8'],
  [{ type: 'boolean' }, '`true` or `false`'],
  [{ type: 'string', minLength: 1 }, 'a string that is not empty'],
  [{ type: 'string', pattern: '^a' }, 'a string that matches `^a`'],
  [{ enum: ['a', 'b'] }, 'one of `a`, `b`'],
  [{ const: 'a' }, '`a`'],
  [{ type: 'array', items: { type: 'number', minimum: 0 } }, 'a list, each a number of at least 0'],
  [{ type: 'array', minItems: 2, maxItems: 2 }, 'a list of 2'],
  [{ type: 'array', minItems: 1 }, 'a list of at least 1'],
  [{ type: 'array', uniqueItems: true, items: { enum: ['a', 'b'] } }, 'a list without repeats, each one of `a`, `b`'],
  [{ type: ['integer', 'null'] }, 'an integer or `null`'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }], description: 'x', default: null }, 'a string or `null`'],
  [{ not: { type: 'string' }, description: 'x' }, 'a value that matches {"not":{"type":"string"}}'],
])('%j is %s', (schema, words) => {
  expect(expectation(schema)).toBe(words);
});
