import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { trackParams } from './track-params.js';

const values = { steps: 3, rates: [1, 2], label: null };

test.each<[string, (params: Readonly<Record<string, unknown>>) => unknown, string[]]>([
  ['nothing', () => undefined, []],
  ['a read', (params) => params['steps'], ['steps']],
  ['a destructured read', ({ rates, label }) => [rates, label], ['label', 'rates']],
  ['an absent param', (params) => params['width'], ['width']],
  ['a test for a param', (params) => 'width' in params || Object.hasOwn(params, 'label'), ['label', 'width']],
  ['enumeration of names', (params) => Object.keys(params), ['label', 'rates', 'steps']],
  ['a spread', (params) => ({ ...params }), ['label', 'rates', 'steps']],
  ['JSON', (params) => JSON.stringify(params), ['label', 'rates', 'steps']],
  ['being awaited', (params) => Promise.resolve(params), []],
])('%s is recorded for what it is', (_, use, reads) => {
  const tracked = trackParams(values);
  use(tracked.params);
  expect(tracked.reads()).toEqual(reads);
});

test('the values come through as they are, and cannot be changed', () => {
  const { params } = trackParams(values);
  expect({ ...params }).toEqual(values);
  expect(inspect(params)).toContain('steps');
  expect(() => Object.assign(params, { steps: 4 })).toThrow('the params of a stage cannot be changed');
});
