import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@twoshot/artifact';
import type { Failure } from '@twoshot/diagnostics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findClassifier, type FoundModel } from './index.js';

let root = '';

async function model(path: string, type: 'classifier' | 'backbone'): Promise<void> {
  await mkdir(join(root, path), { recursive: true });
  const gives = { what: type === 'classifier' ? 'classes' : 'features', dim: 2 };
  const parts = { own: { type, takes: 'images', gives, architecture: {} } };
  await writeModel(join(root, path), { parts, preparation: null, weights: new Map(), recipe: {}, curves: {} });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'results-'));
  await mkdir(join(root, 'pipelines'));
  await writeFile(join(root, 'package.json'), '{ "name": "own", "workspaces": [] }');
  await writeFile(join(root, 'pipelines/line.yaml'), 'stages: {}\n');
  await model('model', 'classifier');
  await model('.twoshot/runs/one/outputs/model.model', 'classifier');
  await model('.twoshot/runs/one/outputs/backbone.model', 'backbone');
  await writeFile(join(root, '.twoshot/runs/one/outputs/submission.csv'), '');
  await model('.twoshot/runs/two/outputs/a.model', 'classifier');
  await model('.twoshot/runs/two/outputs/b.model', 'classifier');
  await model('.twoshot/runs/none/outputs/backbone.model', 'backbone');
  await model('old', 'classifier');
  await writeFile(join(root, 'old/model.json'), '{ "format": 1 }');
});
afterAll(() => rm(root, { recursive: true }));

const find = (result: string) => findClassifier({ result, workspace: root, cwd: root, store: join(root, '.twoshot') });

async function found(result: string): Promise<FoundModel> {
  const answer = await find(result);
  if (!answer.ok) throw new Error(answer.failures[0]?.message);
  return answer.value;
}

async function refused(result: string): Promise<Failure | undefined> {
  const answer = await find(result);
  return answer.ok ? undefined : answer.failures[0];
}

test('a model is found by its folder, by the folder of a run, and by the id of one', async () => {
  expect((await found('model')).path).toBe(join(root, 'model'));
  const ofRun = join(root, '.twoshot/runs/one/outputs/model.model');
  expect((await found('one')).path).toBe(ofRun);
  expect((await found('.twoshot/runs/one')).path).toBe(ofRun);
  expect((await found('one')).document.parts['own']!.type).toBe('classifier');
});

test.each([
  ['nowhere', { message: 'there is no result `nowhere`', where: { text: 'nowhere' } }],
  ['lines', { message: 'there is no result `lines`', nearest: 'line' }],
  [
    'none',
    { message: '`none` holds no model that classifies images', found: expect.stringContaining('backbone.model') },
  ],
  ['two', { message: '`two` holds several models that classify images', next: expect.stringContaining('a.model') }],
  ['old', { message: expect.stringContaining('expected a model of format 2') }],
])('%s is refused with what to do', async (result, failure) => {
  expect(await refused(result)).toMatchObject({ code: 'result', ...failure });
});
