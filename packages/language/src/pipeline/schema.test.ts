import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { discoverCatalogue } from '../catalogue/discover.js';
import { loadAllStages } from '../catalogue/load-stage.js';
import { pipelineSchema } from './schema.js';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
let complaints: (text: string) => string[];
beforeAll(async () => {
  workspace = await Workspace.create();
  const catalogue = await discoverCatalogue(workspace.root);
  if (!catalogue.ok) throw new Error('no catalogue');
  const stages = await loadAllStages(catalogue.value);
  if (!stages.ok) throw new Error(workspace.show(stages.failures));
  const validate = new Ajv({ strictTypes: false, allErrors: true }).compile(pipelineSchema(stages.value));
  complaints = (text) =>
    validate(parse(text))
      ? []
      : (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
});
afterAll(() => workspace.remove());

// A bare `${name}` within a flow map is no YAML for an editor.
const quoted = full.replace('${shots}', '"${shots}"');

test('a valid pipeline is valid', () => {
  expect(complaints(quoted)).toEqual([]);
  expect(complaints('extends: ./full.yaml\nstages: { backbone: { params: { steps: 3 } }, page: null }\n')).toEqual([]);
  expect(
    complaints(
      quoted.replace('params: { steps: 20 }', 'matrix: { seed: [1, 2], steps: [1] }, params: { width: null }'),
    ),
  ).toEqual([]);
});

test.each([
  ['infer/knn', 'infer/kmn', '/stages/spread/use anyOf'],
  ['steps: 20', 'stpes: 20', '/stages/backbone/params additionalProperties'],
  ['steps: 20', 'steps: many', '/stages/backbone/params/steps anyOf'],
  ['labels: data.labels', 'lables: data.labels', '/stages/spread/in additionalProperties'],
  ['labels: data.labels', 'labels: data', '/stages/spread/in/labels pattern'],
  ['labels: data.labels', 'labels: [data.labels]', '/stages/spread/in/labels anyOf'],
  ['params: { steps: 20 }', 'matrix: { stpes: [1] }', '/stages/backbone/matrix additionalProperties'],
  ['outputs:', 'output:', ' additionalProperties'],
])('%s as %s is not', (from, to, expected) => {
  expect(complaints(quoted.replace(from, to))).toContain(expected);
});
