// @module-tag slow
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostMessage, RunRequest } from '../host.js';
import { hostProcessPath } from '../host-path.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-host-'));
  await mkdir(join(dir, 'out'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A stage's file whose `run` (or whole declaration) is the given code. */
async function bundle(run: string, rest = ''): Promise<string> {
  const file = join(dir, 'stage.mjs');
  const source = `import { writeFileSync } from 'node:fs';
    const write = (path, text) => writeFileSync(path + '/policy.json', text);
    const params = { path: { schema: {}, external: true } };
    const declaration = { name: 'test/stage', params, inputs: {}, outputs: {}, async run(context) { ${run} } };
    ${rest}
    export default declaration;`;
  await writeFile(file, source);
  return file;
}

const request = (file: string): RunRequest => ({
  kind: 'run',
  bundle: file,
  params: { steps: 7, width: 64, path: 'data' },
  inputs: {},
  outputs: { policy: join(dir, 'out') },
  instanceSeed: 'ab'.repeat(32),
  pipelineSeed: 5,
  checkpoints: null,
  graph: { pipeline: 'test', stages: [] },
  engine: null,
  threads: 1,
  workspace: dir,
  env: {},
  installs: null,
  temporary: null,
});

function start(
  asked: RunRequest,
  onMessage: (message: HostMessage, host: ChildProcess) => void = () => {},
): Promise<{
  messages: HostMessage[];
  code: number | null;
}> {
  const host = fork(hostProcessPath, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const messages: HostMessage[] = [];
  host.on('message', (message: HostMessage) => {
    messages.push(message);
    onMessage(message, host);
  });
  host.send(asked);
  return once(host, 'exit').then(([code]) => ({ messages, code: typeof code === 'number' ? code : null }));
}

async function outcome(run: string, rest?: string): Promise<HostMessage | undefined> {
  const { messages, code } = await start(request(await bundle(run, rest)));
  expect(code).toBe(0);
  return messages.at(-1);
}

test('a stage runs, tells what happens, and its result comes with what it read and its digests', async () => {
  const file = await bundle(`const { params, outputs, seed, log, warn, progress } = context;
    log('at ' + params.path); warn('careful');
    for (let step = 1; step <= params.steps; step++) progress({ step, total: params.steps });
    write(outputs.policy, JSON.stringify({ seed: seed('order') }));`);
  const { messages, code } = await start(request(file));
  expect(code).toBe(0);
  expect(messages).toContainEqual({ type: 'log', line: `at ${join(dir, 'data')}` });
  expect(messages).toContainEqual({ type: 'warn', line: 'careful' });
  expect(messages).toContainEqual({ type: 'progress', progress: { step: 1, total: 7 } });
  expect(messages).toContainEqual({ type: 'progress', progress: { step: 7, total: 7 } });
  expect(messages.at(-1)).toEqual({
    type: 'done',
    reads: { params: ['path', 'steps'], seed: true, pipelineSeed: false, graph: false, provenance: [] },
    digests: { policy: expect.stringMatching(/^[0-9a-f]{64}$/) },
    bytes: expect.any(Number),
    peakMemory: expect.any(Number),
  });
});

test("a user's mistake, a bug, an empty output and a broken file are told apart", async () => {
  expect(
    await outcome(`const error = new Error('no image in x'); error.name = 'StageInputError';
    Object.assign(error, { code: 'folder-empty', file: '/x/labels.csv', line: 2, column: 5 }); throw error;`),
  ).toMatchObject({
    type: 'failed',
    error: { code: 'folder-empty', message: 'no image in x', file: '/x/labels.csv', line: 2, column: 5, user: true },
  });
  expect(await outcome('null.boom')).toMatchObject({
    type: 'failed',
    error: { code: 'stage-failed', user: false, stack: expect.stringContaining('stage.mjs'), file: null },
  });
  expect(await outcome('')).toMatchObject({
    type: 'failed',
    error: { code: 'empty-output', message: "test/stage ended without writing its output 'policy'", user: false },
  });
  expect(await outcome('', 'export const = 3;')).toMatchObject({ type: 'failed', error: { code: 'stage-failed' } });
  expect(
    await outcome(`throw Object.assign(new Error('no answer'), { name: 'OutsideError', code: 'download-broke-off' })`),
  ).toMatchObject({ error: { code: 'download-broke-off', message: 'no answer', user: false, stack: null } });
  expect(
    await outcome(`throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/x/a.png' })`),
  ).toMatchObject({
    error: { code: 'no-permission', message: expect.stringContaining('/x/a.png'), file: '/x/a.png', user: true },
  });
  expect(
    await outcome(`throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })`),
  ).toMatchObject({
    error: { code: 'disk-full', message: 'ENOSPC: no space left on device, write' },
  });
});

test('an error outside the promise of run fails the stage', async () => {
  expect(
    await outcome(
      `setTimeout(() => { throw new Error('late') }); await new Promise((resolve) => setInterval(resolve, 1e6))`,
    ),
  ).toMatchObject({ type: 'failed', error: { code: 'stage-failed', message: 'late' } });
});

test('prepare gets its params and says which it read', async () => {
  const file = await bundle('', `declaration.prepare = async ({ params, log }) => log('fetching to ' + params.path);`);
  const { messages } = await start({ ...request(file), kind: 'prepare', outputs: {} });
  expect(messages).toContainEqual({ type: 'log', line: `fetching to ${join(dir, 'data')}` });
  expect(messages.at(-1)).toMatchObject({ type: 'done', reads: { params: ['path'], seed: false }, digests: {} });
});

test('the engine that is asked for is started before the stage runs', async () => {
  const file = await bundle(
    `context.log('started ' + started); write(context.outputs.policy, '{}');`,
    `let started = 'nothing'; export const startBackend = async ({ kind }, threads) => { started = kind + ' ' + threads; };`,
  );
  const { messages } = await start({ ...request(file), engine: { kind: 'cpu' } });
  expect(messages).toContainEqual({ type: 'log', line: 'started cpu 1' });
  expect(messages.at(-1)).toMatchObject({ type: 'done' });
});

test('an interrupt aborts the signal of the stage', async () => {
  const file = await bundle(`context.log('ready');
    await new Promise((resolve) => { setInterval(() => {}, 1e6); context.signal.addEventListener('abort', resolve); });
    throw new Error('stopped at a good place');`);
  const { messages } = await start(request(file), (message, host) => {
    if (message.type === 'log') host.kill('SIGINT');
  });
  expect(messages.at(-1)).toMatchObject({ type: 'failed', error: { message: 'stopped at a good place' } });
});

test('a host ends when its channel closes', async () => {
  const file = await bundle(`context.log('ready'); await new Promise((resolve) => setInterval(resolve, 1e6));`);
  const { code } = await start(request(file), (_, host) => host.disconnect());
  expect(code).toBe(1);
});

test.each([
  ['waits', `await new Promise((resolve) => setInterval(resolve, 1e6))`],
  ['blocks the event loop', 'for (;;);'],
])('a host whose stage %s ends when its runner is killed', async (_, work) => {
  const file = await bundle(`console.log('busy'); ${work}`);
  const runner = join(dir, 'runner.mjs');
  await writeFile(
    runner,
    `import { fork } from 'node:child_process';
    fork(${JSON.stringify(hostProcessPath)}).send(${JSON.stringify(request(file))});`,
  );
  const child = spawn(process.execPath, [runner], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Both processes hold the pipe: it ends when the last of them does.
  const lines = createInterface(child.stdout);
  const closed = once(lines, 'close');
  await once(lines, 'line');
  child.kill('SIGKILL');
  await closed;
  expect(child.signalCode).toBe('SIGKILL');
});
