// @module-tag slow
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '@twoshot/events';
import { recorder, RunnableWorkspace, statuses } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => {
  vi.unstubAllEnvs();
  return workspace.remove();
});

const logOf = (events: readonly RunEvent[], task: string): string[] =>
  events.flatMap((event) => (event.type === 'stage-log' && event.task === task ? [event.line] : []));

test('a stage writes to its own folders, sees the environment that it declares, and ends with what it has started', async () => {
  process.env['SHELL_LEVEL_DECLARED'] = 'declared';
  process.env['SHELL_LEVEL_HIDDEN'] = 'hidden';
  const { events, listener } = recorder();
  try {
    const result = await workspace.run(
      `
  writes: { use: bad/writes, params: { path: ${workspace.path('outside')} } }
  env: { use: bad/env }
  temporary: { use: make/temporary }
  leaves: { use: bad/leaves }
  reads: { use: bad/reads, params: { path: ${workspace.path('package.json')} } }
  file: { use: make/file, params: { path: package.json } }
`,
      { listener },
    );
    expect(statuses(result)).toEqual([
      'writes failed',
      'env ran',
      'temporary ran',
      'leaves ran',
      'reads ran',
      'file ran',
    ]);
    expect(result.error).toMatchObject({ code: 'write-outside', stage: 'writes' });
    expect(result.error?.message).toContain(`it tried to write to ${workspace.path('outside')}`);
    expect(existsSync(workspace.path('outside'))).toBe(false);
  } finally {
    delete process.env['SHELL_LEVEL_DECLARED'];
    delete process.env['SHELL_LEVEL_HIDDEN'];
  }
  expect(logOf(events, 'env')).toContain('sees declared,');
  const folder = logOf(events, 'temporary').at(-1)!;
  expect(folder).toContain(workspace.path('.twoshot/scratch'));
  expect(existsSync(folder)).toBe(false);
  const pid = /left (\d+)/.exec(logOf(events, 'leaves').join())?.[1];
  const warnings = Object.fromEntries(
    events.flatMap((event) => (event.type === 'stage-warning' ? [[event.task, event.line]] : [])),
  );
  const leaves = `it left process ${pid} running, which is ended: a stage is over with all that it has started`;
  const reads: unknown = expect.stringContaining(
    `it read ${workspace.path('package.json')}, which its key does not contain`,
  );
  expect(warnings).toEqual({ ...(process.platform === 'linux' ? { leaves } : {}), reads });
});

test('a stage that installs something writes to its folder of the cache, and to no other', async () => {
  const cache = workspace.path('cache');
  mkdirSync(cache);
  vi.stubEnv('TWOSHOT_CACHE', cache);
  const [own, other] = ['notes', 'engine'].map((folder) => join(cache, folder, 'file'));
  const result = await workspace.run(`
  own: { use: make/installed, params: { path: ${own} } }
  other: { use: make/installed, params: { path: ${other} } }
`);
  expect(statuses(result).sort()).toEqual(['other failed', 'own ran']);
  expect(result.error).toMatchObject({ code: 'write-outside', stage: 'other' });
  expect([own, other].map((file) => existsSync(file!))).toEqual([true, false]);
});
