// @module-tag slow
import { readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestsOf, recorder, RunnableWorkspace, statuses } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const pipeline = (rest = ''): string => `
  count: { use: slow/count, params: { path: ${workspace.path('die')} } }
${rest}`;

/** Steps that attempts at the stage `count` began at, and how the last one came out. */
async function attempt(
  changes: Parameters<RunnableWorkspace['run']>[1] = {},
  rest = '',
): Promise<{ from: string[]; status: string | undefined; digests: Record<string, unknown> }> {
  const { events, listener } = recorder();
  const result = await workspace.run(pipeline(rest), { ...changes, listener });
  const from = events.flatMap((event) =>
    event.type === 'stage-log' && event.line.startsWith('from ') ? [event.line] : [],
  );
  return { from, status: statuses(result)[0], digests: digestsOf(result) };
}

/** Files of checkpoints, without the names of the work that they belong to. */
async function files(): Promise<string[]> {
  const entries = await readdir(workspace.path('.twoshot/checkpoints'), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
}

test('a stage whose process dies resumes from its checkpoint, which is deleted with the result', async () => {
  const undisturbed = await attempt({ store: workspace.path('other') });
  expect(undisturbed).toMatchObject({ from: ['from 0'], status: 'count ran' });
  await workspace.write('die', '');
  expect(await attempt()).toMatchObject({ from: ['from 0'], status: 'count failed' });
  expect(await attempt()).toMatchObject({ from: ['from 4'], status: 'count failed' });
  expect(await files()).toEqual(['count.000000003.checkpoint', 'count.000000004.checkpoint']);
  await rm(workspace.path('die'));
  const last = await attempt();
  expect(last).toMatchObject({ from: ['from 4'], status: 'count ran' });
  expect(last.digests).toEqual(undisturbed.digests);
  expect(await files()).toEqual(['count.000000006.end']);
});

test('another param, other code or force start over; a change further down does not', async () => {
  await workspace.write('die', '');
  await attempt();
  expect((await attempt({ set: ['count.plus=1'] })).from).toEqual(['from 0']);
  expect((await attempt({ seed: 5 })).from).toEqual(['from 0']);
  expect((await attempt({}, '  two: { use: math/double, in: { in: count.out } }\n')).from).toEqual(['from 4']);
  await workspace.code('note.js', `export const ran = () => 'other code';\n`);
  expect((await attempt()).from).toEqual(['from 0']);
  expect((await attempt()).from).toEqual(['from 4']);
  expect((await attempt({ force: ['count'] })).from).toEqual(['from 0']);
});

test('a longer run resumes from the end of a shorter one, with the same result as from the start', async () => {
  const longer = { set: ['count.steps=9'] };
  const undisturbed = await attempt({ ...longer, store: workspace.path('other') });
  await attempt();
  // None of it is needed.
  expect((await attempt({ set: ['count.steps=4'] })).from).toEqual(['from 0']);
  const last = await attempt(longer);
  expect(last).toMatchObject({ from: ['from 6'], status: 'count ran', digests: undisturbed.digests });
  expect((await attempt({ set: ['count.steps=12', 'count.plus=1'] })).from).toEqual(['from 0']);
  expect((await attempt({ ...longer, force: ['count'] })).from).toEqual(['from 0']);
});
