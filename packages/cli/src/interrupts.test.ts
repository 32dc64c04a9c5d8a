// @module-tag slow
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callIn } from './call.fixture.js';

const program = fileURLToPath(new URL('../dist/stuck.fixture.js', import.meta.url));
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-interrupts-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A command in a process of its own that reads a pipe, to which nothing is ever written. */
async function stuck(command: string): Promise<ChildProcess> {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const child = fork(program, [command, pipe], { execArgv: [] });
  const writer = await open(pipe, 'w');
  child.once('exit', () => void writer.close());
  return child;
}

test.runIf(process.platform === 'linux').each(['SIGINT', 'SIGTERM'] as const)(
  'what waits for a pipe ends on the first %s',
  async (signal) => {
    const child = await stuck('plan');
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([null, 'SIGINT']);
  },
);

test.runIf(process.platform === 'linux')('a run, which ends in order, ends at once on the second', async () => {
  const child = await stuck('run');
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGINT']);
});

test('a command that only looks ends when it is interrupted, whatever it does', async () => {
  const controller = new AbortController();
  controller.abort();
  expect((await callIn(folder, 'doctor', controller)).code).toBe(130);
});
