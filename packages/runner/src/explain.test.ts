// @module-tag slow
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planText } from '@twoshot/explain';
import { RunnableWorkspace } from './runnable-workspace.fixture.js';
import { explainStage } from './explain-stage.js';
import { planPipeline } from './plan-pipeline.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const line = `
  one: { use: make/number, params: { value: 3 } }
  two: { use: math/double, in: { in: one.out } }
  odd: { use: math/parity, in: { in: two.out } }
`;

const planned = async (...set: string[]): Promise<string> => {
  const plan = await planPipeline(workspace.options({ set }));
  return plan.ok ? planText(plan.value).replaceAll(/\d+\.\d+ s/g, 'N s') : 'refused';
};

const why = async (stage: string, ...set: string[]): Promise<string> => {
  const text = await explainStage({ ...workspace.options({ set }), stage, log: false });
  if (!text.ok) return text.failures.map(({ message }) => message).join('\n');
  return text.value
    .replaceAll(workspace.root, '')
    .replaceAll(/[0-9a-f]{12,}/g, 'KEY')
    .replaceAll(/of .* UTC, .* s, run \S+/g, 'of DATE');
};

test('a plan before the first run', async () => {
  await workspace.run(line, { only: ['one'] });
  await workspace.remove();
  workspace = await RunnableWorkspace.create();
  await workspace.write('pipelines/a.yaml', `pipeline: line\nstages:${line}`);
  expect(await planned()).toBe(`line
  stage  use          would    expected  why
  one    make/number  run      ?         first run
  two    math/double  unknown  ?         unknown until one has run
  odd    math/parity  unknown  ?         unknown until two has run
0 cached, 1 to run, 2 unknown; no earlier run shows how long it takes`);
});

test('a plan after a change, and that it writes nothing', async () => {
  await workspace.run(`stages:${line}`);
  expect(await planned()).toContain('all 3 stages are cached');
  const text = await planned('two.plus=1');
  expect(text).toContain('one    make/number  cached             unchanged');
  expect(text).toContain('two    math/double  run      N s    param plus 0 -> 1');
  expect(text).toContain('odd    math/parity  unknown  N s    unknown until two has run');
  expect(text).toContain('1 cached, 1 to run, 1 unknown; at most N s of work, judging by earlier runs');
  expect(await planned('two.plus=1')).toBe(text);
});

test('a plan that has to download files first', async () => {
  await workspace.write('pipelines/a.yaml', `stages: { file: { use: make/fetched, params: { path: data.txt } } }`);
  expect(await planned()).toContain(`unknown until ${workspace.path('data.txt')} has been downloaded`);
});

test('why a stage has the result that it has', async () => {
  await workspace.run(`stages:${line}`);
  await workspace.run(`stages:${line}`, { set: ['one.value=4'] });
  expect(await why('odd', 'one.value=4')).toBe(
    `odd (math/parity): cached
  result  KEY of DATE
  it was produced because
    input in changed (two)
      one: param value 3 -> 4
  log     add --log to show it
  key     KEY`.replace('/XX/', `/${(await workspaceKey('odd', 'one.value=4')).slice(0, 2)}/`),
  );
});

async function workspaceKey(stage: string, ...set: string[]): Promise<string> {
  const plan = await planPipeline(workspace.options({ set }));
  if (!plan.ok) throw new Error('refused');
  return plan.value.stages.find(({ task }) => task.id === stage)!.result!.key;
}

test('why a stage would run, and what is known before others ran', async () => {
  await workspace.run(`stages:${line}`);
  expect(await why('two', 'two.plus=5')).toBe(`two (math/double): would run
  because
    param plus 0 -> 5
  compared with KEY of DATE`);
  expect(await why('odd', 'one.value=9')).toBe(`odd (math/parity): unknown
  unknown until two has run
    two: unknown until one has run`);
});

test('why of an unknown name', async () => {
  await workspace.write('pipelines/a.yaml', `stages:${line}`);
  expect(await why('tow')).toBe('why names no stage of this pipeline: `tow`');
});

test('the log of a result is kept', async () => {
  await workspace.run(`stages:${line}`);
  const text = await explainStage({ ...workspace.options(), stage: 'one', log: true });
  expect(text).toMatchObject({ ok: true, value: expect.stringContaining('value 3') as string });
});
