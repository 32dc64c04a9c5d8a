import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './run-command.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function script(text: string, mode = 0o755): Promise<string> {
  const path = join(folder, 'script');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

test('both outputs come as they were written, with the exit code', async () => {
  const command = await script('#!/bin/sh\necho "$1 $MORE"\necho no >&2\nexit 3');
  expect(await runCommand(command, ['a b'], { env: { MORE: 'c' } })).toEqual({ code: 3, output: 'a b c\nno\n' });
});

test('a program that is not there, or may not be run, is none', async () => {
  expect(await runCommand(join(folder, 'nowhere'), [])).toBeNull();
  expect(await runCommand('twoshot-has-no-such-program', [])).toBeNull();
  expect(await runCommand(await script('#!/bin/sh\n', 0o644), [])).toBeNull();
});

test('a program that a signal ended has no exit code', async () => {
  expect(await runCommand(await script('#!/bin/sh\nkill -9 $$'), [])).toEqual({ code: null, output: '' });
});

test('a program that cannot be started for another reason is an error, not a missing one', async () => {
  // Longer than any system takes.
  await expect(runCommand('true', ['x'.repeat(1 << 23)])).rejects.toThrow('E2BIG');
});

test('an abort ends the program and gives its reason', async () => {
  const controller = new AbortController();
  const work = runCommand(await script('#!/bin/sh\nexec sleep 60'), [], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
  await expect(runCommand('true', [], { signal: controller.signal })).rejects.toThrow('enough');
});
