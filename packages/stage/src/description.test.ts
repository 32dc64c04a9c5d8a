import { expect, test } from 'vitest';
import { defineStage } from './declaration.js';
import { descriptionOf } from './description.js';
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
});

test('a number that JSON cannot hold is refused', () => {
  const params = { rate: number({ default: Number.POSITIVE_INFINITY, doc: 'rate' }) };
  const stage = defineStage({ name: 'a/b', summary: 'A', params, inputs: {}, outputs: {}, run });
  expect(() => descriptionOf(stage)).toThrow('Infinity');
});
