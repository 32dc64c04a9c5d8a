// @module-tag slow
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestsOf, recorder, RunnableWorkspace, statuses } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

test('two runs on one store wait for each other and share the work', async () => {
  const pipeline = `
  slow: { use: wait/file, params: { path: ${workspace.path('go')} } }
  two: { use: math/double, in: { in: slow.out } }
`;
  const { events, listener } = recorder();
  const first = workspace.run(pipeline, {
    listener(event) {
      if (event.type === 'stage-log' && event.line === 'waiting')
        second = workspace.run(pipeline, {
          listener(other) {
            listener(other);
            if (other.type === 'stage-waiting') void workspace.write('go', '');
          },
        });
    },
  });
  let second: ReturnType<RunnableWorkspace['run']> | undefined;
  const one = await first;
  const two = await second!;
  expect(statuses(one)).toEqual(['slow ran', 'two ran']);
  expect(statuses(two)[0]).toBe('slow cached');
  expect(digestsOf(two)).toEqual(digestsOf(one));
  expect(events).toContainEqual({
    type: 'stage-waiting',
    task: 'slow',
    owner: expect.stringMatching(/^process \d+ on /),
  });
  expect((await workspace.ran()).filter((stage) => stage === 'wait/file')).toHaveLength(1);
});
