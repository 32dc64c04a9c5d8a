// @module-tag slow
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunResult } from '@twoshot/events';
import { RunnableWorkspace, statuses, whyOf } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const pipeline = `stages:
  one: { use: make/number, params: { value: 7 } }
  all: { use: math/threads, in: { in: one.out } }
  few: { use: math/few, in: { in: one.out } }
  single: { use: math/engine, in: { in: one.out } }
  plain: { use: math/double, in: { in: one.out } }
outputs: { all: all.out, few: few.out }
`;

async function numbersOf({ outputs }: RunResult): Promise<number[]> {
  return Promise.all(
    ['all', 'few'].map(async (name) => (JSON.parse(await readFile(outputs[name]!, 'utf8')) as { value: number }).value),
  );
}

test('a stage gets the threads that it scales to, more than there are cores included', async () => {
  for (const [threads, few] of [
    [1, 1],
    [2, 2],
    [64, 4],
  ] as const) {
    const result = await workspace.run(pipeline, { threads });
    expect(result.status).toBe('done');
    expect(await numbersOf(result)).toEqual([700 + threads, 700 + few]);
  }
});

test('another number of threads reruns the stages whose engine depends on it, and says so', async () => {
  await workspace.run(pipeline, { threads: 4 });
  const more = await workspace.run(pipeline, { threads: 8 });
  expect(statuses(more)).toEqual(['one cached', 'all ran', 'few cached', 'single cached', 'plain cached']);
  expect(whyOf(more, 'all')).toBe('engine threads 4 -> 8');
  const back = await workspace.run(pipeline, { threads: 4 });
  expect(statuses(back).filter((status) => !status.endsWith('cached'))).toEqual([]);
  expect(await numbersOf(back)).toEqual([704, 704]);
});
