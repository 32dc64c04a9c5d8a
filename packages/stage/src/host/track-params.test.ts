import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { trackParams } from './track-params.js';

const values = { steps: 3, rates: [1, 2], label: null };

test.each<[string, (params: Readonly<Record<string, unknown>>) => unknown, string[]]>([
  ['nothing', () => undefined, []],
  ['a read', (params) => params['steps'], ['steps']],
  ['a destructured read', ({ rates, label }) => [rates, label], ['label', 'rates']],
  ['an absent param', (params) => params['width'], ['width']],
  ['a test for an absent param', (params) => 'width' in params, ['width']],
  ['enumeration of names, which are those of the code', (params) => Object.keys(params), []],
  ['enumeration of values', (params) => Object.entries(params), ['label', 'rates', 'steps']],
  ['a log', (params) => inspect(params), ['label', 'rates', 'steps']],
  ['a repeated read', (params) => [params['steps'], params['steps']], ['steps']],
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
  expect(structuredClone(params)).toEqual(values);
  expect(inspect(params)).toContain('steps: 3');
  const changed = /cannot be changed|not extensible|Cannot (redefine|define|delete)/;
  for (const change of [
    () => Object.assign(params, { steps: 4 }),
    () => Object.assign(params, { width: 4 }),
    () => Object.defineProperty(params, 'steps', { value: 4 }),
    () => Object.defineProperty(params, 'width', { value: 4 }),
    () => Reflect.deleteProperty(params, 'steps') || Object.freeze(Object.assign(params, { steps: 4 })),
  ])
    expect(change).toThrow(changed);
  expect({ ...params }).toEqual(values);
});
