import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import {
  applyDefaults,
  choice,
  choices,
  defineStage,
  integer,
  number,
  numbers,
  optional,
  type Params,
  paramsSchema,
  text,
} from './index.js';

const declaration = {
  name: 'test/stage',
  params: {
    steps: integer({ default: 10, minimum: 1, doc: 'steps' }),
    rates: numbers({ default: [0.5], doc: 'rates' }),
    net: choice(['conv4', 'resnet9'], { default: 'conv4', doc: 'network' }),
    views: choices(['weak', 'strong'], { default: ['weak'], doc: 'views' }),
    limit: optional(integer({ minimum: 1, doc: 'rows' }), 'rows, all of them by default'),
    label: text({ doc: 'label' }),
  },
};

test('defaults fill what is not given, a null that is given stays, and nothing is shared', () => {
  const filled = applyDefaults(declaration, { label: 'x', limit: 5 });
  expect(filled).toEqual({ steps: 10, rates: [0.5], net: 'conv4', views: ['weak'], limit: 5, label: 'x' });
  expect(applyDefaults(declaration, { limit: null })).toEqual({
    steps: 10,
    rates: [0.5],
    net: 'conv4',
    views: ['weak'],
    limit: null,
  });
  expect(filled['rates']).not.toBe(declaration.params.rates.schema['default']);
});

test('the schema takes what fits and refuses unknown, missing and misshapen params', () => {
  const validate = new Ajv2020().compile(paramsSchema(declaration));
  const fits = (params: object): boolean => validate(params);
  expect(fits({ label: 'x' })).toBe(true);
  expect(fits({ label: 'x', steps: 3, net: 'resnet9', limit: null, rates: [], views: ['strong', 'weak'] })).toBe(true);
  const wrong = [
    {},
    { label: 'x', stepz: 3 },
    { label: 'x', steps: 0 },
    { label: 'x', steps: 1.5 },
    { label: 'x', net: 'conv5' },
    { label: 'x', limit: 0 },
    { label: 'x', views: [] },
    { label: 'x', views: ['weak', 'weak'] },
    { label: 7 },
  ];
  expect(wrong.filter(fits)).toEqual([]);
});

test('a former name goes with the declaration and stays out of the schema', () => {
  const rate = { default: 1, doc: 'rate', formerly: 'rate' };
  const params = { learningRate: number(rate), limit: optional(integer({ doc: 'rows', formerly: 'rows' }), 'rows') };
  expect(Object.values(params).map(({ formerly }) => formerly)).toEqual(['rate', 'rows']);
  expect(JSON.stringify(paramsSchema({ name: 'test/stage', params }))).not.toContain('formerly');
});

const declare = (params: Params) => (): unknown =>
  defineStage({ name: 'own/stage', summary: '', params, inputs: {}, outputs: {}, async run() {} });

test('a former name that is in use is a mistake of the declaration', () => {
  const steps = integer({ default: 1, doc: 'steps', formerly: 'length' });
  expect(declare({ steps, length: integer({ doc: 'length' }) })).toThrow(
    "own/stage gives 'length', a former name, to more than one param or port",
  );
  expect(declare({ steps, epochs: integer({ doc: 'epochs', formerly: 'length' }) })).toThrow('a former name');
  expect(declare({ steps })).not.toThrow();
});
