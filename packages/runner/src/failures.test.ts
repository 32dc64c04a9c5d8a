// @module-tag slow
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateNativeBuild } from '@twoshot/engine/setup';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exitCodeOf, runJson } from '@twoshot/events';
import type { SettledEngine } from '@twoshot/schedule';
import { settleEngine } from './settle-engine.js';
import { noEngine, recorder, RunnableWorkspace, statuses, whyOf } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

test('only dependents of a failed stage are skipped', async () => {
  const result = await workspace.run(`
  one: { use: make/number }
  broken: { use: bad/throws, in: { in: one.out } }
  after: { use: math/double, in: { in: broken.out } }
  last: { use: math/double, in: { in: after.out } }
  aside: { use: math/double, in: { in: one.out } }
`);
  expect(statuses(result).sort()).toEqual(['after skipped', 'aside ran', 'broken failed', 'last skipped', 'one ran']);
  expect(whyOf(result, 'after')).toBe('broken failed');
  expect(whyOf(result, 'last')).toBe('after was skipped');
  expect(result.error).toMatchObject({ code: 'stage-failed', message: 'it broke', stage: 'broken', user: false });
  expect(result.error?.stack).toContain('stage.mjs');
  expect(exitCodeOf(result)).toBe(1);
  const again = await workspace.run(
    '  one: { use: make/number }\n  broken: { use: bad/throws, in: { in: one.out } }\n',
  );
  expect(statuses(again)).toEqual(['one cached', 'broken failed']);
});

test('a host that dies is distinguished from a stage that throws', async () => {
  const result = await workspace.run('  gone: { use: bad/dies }\n');
  expect(result.error).toMatchObject({ code: 'stage-lost', stage: 'gone' });
  expect(result.error?.message).toContain('SIGKILL');
});

test("a user's mistake that a stage finds is exit code 2, with its place", async () => {
  const result = await workspace.run('  folder: { use: bad/mistake }\n');
  expect(exitCodeOf(result)).toBe(2);
  expect(runJson(result)).toMatchObject({
    error: { code: 'folder-empty', message: 'the folder is empty', file: '/somewhere', line: null },
  });
});

test('--only and --force refuse unknown names', async () => {
  const result = await workspace.run('  one: { use: make/number }\n', { only: ['two'], force: ['oen'] });
  expect(exitCodeOf(result)).toBe(2);
  expect(result.errors.map(({ message }) => message)).toEqual([
    '--only names no stage of this pipeline: `two`',
    '--force names no stage of this pipeline: `oen`',
  ]);
  expect(result.errors[1]?.failure?.nearest).toBe('one');
});

test('an interrupted run ends its hosts and keeps what is finished', async () => {
  const controller = new AbortController();
  const { events, listener } = recorder();
  const result = await workspace.run(
    `
  one: { use: make/number }
  slow: { use: wait/file, in: { after: one.out }, params: { path: ${workspace.path('never')} } }
  after: { use: math/sum, in: { in: [one.out, slow.out] } }
`,
    {
      signal: controller.signal,
      listener(event) {
        listener(event);
        if (event.type === 'stage-log' && event.line === 'waiting') controller.abort(new Error('interrupted'));
      },
    },
  );
  expect(exitCodeOf(result)).toBe(130);
  expect(statuses(result)).toEqual(['one ran', 'slow skipped', 'after skipped']);
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'interrupted' });
  for (const { pid } of await workspace.notes()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('what a stage keeps in its result does not depend on the run that made it', async () => {
  const pipeline = '  one: { use: make/number, params: { value: 9 } }\n';
  const first = await workspace.run(pipeline);
  const other = await RunnableWorkspace.create();
  const second = await other.run(pipeline);
  await other.remove();
  expect(second.outcomes[0]?.key).toBe(first.outcomes[0]?.key);
  expect(second.outcomes[0]?.digests).toEqual(first.outcomes[0]?.digests);
});

const engineLine = `
  one: { use: make/number }
  fast: { use: math/engine, in: { in: one.out } }
  two: { use: math/double, in: { in: fast.out } }
`;

test('an engine whose installation fails is replaced by another one, and all keys are computed again', async () => {
  const broken: SettledEngine = { ...noEngine('native'), ready: () => Promise.resolve(noEngine('wasm')) };
  const result = await workspace.run(engineLine, { engine: () => Promise.resolve(broken) });
  // Stages of the fixture do not start the engine that they declare: `cpu` is plain JavaScript.
  expect(statuses(result)).toEqual(['one ran', 'fast ran', 'two ran']);
  const wasm = await workspace.run(engineLine, { engine: () => Promise.resolve(noEngine('wasm')) });
  expect(statuses(wasm)).toEqual(['one cached', 'fast cached', 'two cached']);
  const native = await workspace.run(engineLine, { engine: () => Promise.resolve(noEngine('native')) });
  expect(whyOf(native, 'fast')).toBe('engine backend wasm -> native');
});

const isLinux = process.platform === 'linux' && process.arch === 'x64';

test.runIf(isLinux)('an engine that does not load is replaced by WebAssembly, unless it was selected', async () => {
  const installed = fileURLToPath(new URL('../../../node_modules/@tensorflow', import.meta.url));
  await symlink(installed, workspace.path('node_modules/@tensorflow'));
  vi.stubEnv('TWOSHOT_CACHE', workspace.path('cache'));
  vi.stubEnv('TWOSHOT_ENGINE', '');
  for (const variant of ['cpu', 'cuda'] as const) {
    const { bindingFile, bindingFolder, libraryFolder } = locateNativeBuild(variant);
    await mkdir(join(libraryFolder, 'tensorflow'), { recursive: true });
    for (const name of ['cc', 'framework'])
      await writeFile(join(libraryFolder, `tensorflow/libtensorflow_${name}.so.2`), '');
    await mkdir(bindingFolder);
    await writeFile(bindingFile, 'no shared object');
  }
  const { events, listener } = recorder();
  const result = await workspace.run(engineLine, { engine: settleEngine, listener });
  expect(result.errors).toEqual([]);
  expect(statuses(result)).toEqual(['one ran', 'fast ran', 'two ran']);
  const notices = events.filter(({ type }) => type === 'notice');
  expect(notices).toEqual([
    { type: 'notice', task: null, message: expect.stringContaining('continuing with the engine wasm: ') as string },
  ]);
  expect(notices[0]).toMatchObject({ message: expect.stringContaining('cannot be loaded') as string });
  vi.stubEnv('TWOSHOT_ENGINE', 'native');
  const asked = await workspace.run(engineLine, { engine: settleEngine });
  expect(asked.error).toMatchObject({ code: 'engine-unavailable', user: true, stage: 'fast' });
  expect(asked.error?.failure).toMatchObject({ where: null, found: expect.stringContaining('engine setup') as string });
  vi.unstubAllEnvs();
});

test('a fully cached run does not install the engine', async () => {
  await workspace.run(engineLine);
  const untouched: SettledEngine = { ...noEngine(), ready: () => Promise.reject(new Error('the engine was touched')) };
  const result = await workspace.run(engineLine, { engine: () => Promise.resolve(untouched) });
  expect(statuses(result)).toEqual(['one cached', 'fast cached', 'two cached']);
});

test("an external path that cannot be read is the user's mistake", async () => {
  await symlink('loop', workspace.path('loop'));
  const result = await workspace.run('  file: { use: make/file, params: { path: loop } }\n');
  expect(result.error).toMatchObject({ code: 'path-unreadable', user: true, stage: 'file' });
});

test.skipIf(process.platform === 'win32')(
  'a pipe or a device in place of a path is named, and not waited for',
  async () => {
    execFileSync('mkfifo', [workspace.path('pipe')]);
    for (const [path, found] of [
      ['pipe', 'a named pipe'],
      ['/dev/zero', 'a device'],
    ] as const) {
      const text = `  file: { use: make/file, params: { path: ${path} } }\n`;
      const result = await workspace.run(text);
      expect(result.error).toMatchObject({ code: 'path-unreadable', user: true, failure: { found } });
    }
  },
);

test('a cache that cannot be written is named, once, and not as a path of the params', async () => {
  vi.stubEnv('TWOSHOT_CACHE', workspace.path('notes'));
  await workspace.write('node_modules/.cache', 'not a folder');
  const result = await workspace.run('  one: { use: make/number }\n  two: { use: math/double, in: { in: one.out } }\n');
  vi.unstubAllEnvs();
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]).toMatchObject({ code: 'cache-not-writable', user: true });
  expect(result.errors[0]?.failure).toMatchObject({
    where: null,
    next: expect.stringContaining('TWOSHOT_CACHE') as string,
  });
});
