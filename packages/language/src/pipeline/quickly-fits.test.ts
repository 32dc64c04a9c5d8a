import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quicklyFits } from './quickly-fits.js';

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 2 }),
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.constant({}));
const bound = fc.integer({ min: -2, max: 2 });
const simple = fc.record(
  {
    type: fc.constantFrom('integer', 'number', 'string', 'boolean', 'array', 'null', 'object'),
    enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
    minimum: bound,
    maximum: bound,
    minLength: fc.constantFrom(1, 2),
    maxLength: fc.constant(1),
    pattern: fc.constant('^a'),
    description: fc.constant('of a test'),
  },
  { requiredKeys: [] },
);
const schema = fc.oneof(
  simple,
  fc.record({ type: fc.constant('array'), items: simple }),
  fc.record({ anyOf: fc.array(simple, { minLength: 1, maxLength: 2 }) }),
);

const ajv = new Ajv({ strict: false });

test('what the quick check accepts is valid', () => {
  fc.assert(
    fc.property(value, schema, (each, rules) => {
      expect(quicklyFits(each, rules) && !ajv.validate(rules, each)).toBe(false);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  [3, { type: 'integer', minimum: 1, maximum: 3, description: 'shots', default: 2 }],
  ['conv4', { enum: ['conv4', 'resnet9'] }],
  [null, { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] }],
  [[0.1, 2], { type: 'array', items: { type: 'number' } }],
  ['data', { type: 'string', minLength: 1 }],
])('the quick check accepts the usual kinds of params: %j', (each, rules) => {
  expect(quicklyFits(each, rules)).toBe(true);
});
