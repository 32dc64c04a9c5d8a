import { expect, test } from 'vitest';
import { defineStage } from './declaration.js';
import { descriptionOf, isData } from './description.js';
import { integer, number } from './params.js';

const run = async (): Promise<void> => undefined;

test('a description is what JSON gives back, and says whether the stage prepares', () => {
  const params = { steps: integer({ default: 3, doc: 'steps' }) };
  const stage = defineStage({ name: 'a/b', summary: 'A', params, inputs: {}, outputs: {}, length: 'steps', run });
  const description = descriptionOf(stage);
  expect(description).toEqual({
    name: 'a/b',
    summary: 'A',
    params,
    inputs: {},
    outputs: {},
    length: 'steps',
    prepares: false,
  });
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  expect(descriptionOf({ ...stage, prepare: run })).toMatchObject({ prepares: true });
  expect(isData(description)).toBe(true);
});

test('what a stage names from outside hangs on its params, so that it is no data', () => {
  const stage = defineStage({
    name: 'a/b',
    summary: 'A',
    params: { net: integer({ default: 3, doc: 'net' }) },
    inputs: {},
    outputs: {},
    outside: ({ net }) => `net ${net}`,
    run,
  });
  const description = descriptionOf(stage);
  expect(description.outside!({ net: 5 })).toBe('net 5');
  expect(isData(description)).toBe(false);
});

test('a number that JSON cannot hold is refused', () => {
  const params = { rate: number({ default: Number.POSITIVE_INFINITY, doc: 'rate' }) };
  const stage = defineStage({ name: 'a/b', summary: 'A', params, inputs: {}, outputs: {}, run });
  expect(() => descriptionOf(stage)).toThrow('Infinity');
});
