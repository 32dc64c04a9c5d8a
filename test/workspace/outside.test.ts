// @module-tag slow
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunSummary } from '../end-to-end/rig.js';
import { outsidePackages } from './outside-packages.js';
import { root as repository } from './packages.js';

let workspace: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-outside-')));
  for (const [file, text] of Object.entries(outsidePackages)) {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), text);
  }
  await mkdir(join(workspace, 'node_modules/@twoshot'), { recursive: true });
  for (const name of ['artifact', 'disk', 'stage'])
    await symlink(join(repository, 'packages', name), join(workspace, 'node_modules/@twoshot', name));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

function twoshot(...args: readonly string[]): { code: number | null; text: string; summary: RunSummary | null } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'bin/twoshot.js'), ...args], {
    cwd: workspace,
    encoding: 'utf8',
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return {
    code: status,
    text: stdout + stderr,
    summary: last.startsWith('{') ? (JSON.parse(last) as RunSummary) : null,
  };
}

const statuses = (summary: RunSummary | null): string[] =>
  (summary?.stages ?? []).map(({ stage, status }) => `${stage} ${status}`);

test('stages of a package outside this repository are found, with what they declare', () => {
  const { code, text } = twoshot('stages');
  expect({ code, names: text.match(/marbles\/\w+/g) }).toEqual({
    code: 0,
    names: ['marbles/draw', 'marbles/guess', 'marbles/judge', 'marbles/poster'],
  });
  expect(twoshot('stages', 'marbles/draw').text).toMatch(
    /handful +integer from 1, drawn[^]*marbles +policy +set shelf/,
  );
});

test('they run on a store of such a package, are drawn from, and are found again there', () => {
  const args = ['run', 'line', '--store', 'box:shelf', '--draws', '1-3', '--json'];
  const first = twoshot(...args);
  expect({ code: first.code, text: first.text }).toMatchObject({ code: 0 });
  expect(statuses(first.summary).every((line) => line.endsWith(' ran'))).toBe(true);
  expect(first.summary!.stages).toHaveLength(12);
  expect(first.summary!.metrics['judge']).toMatchObject({
    draws: [1, 2, 3],
    // The test of the family asks for rows of its set without learning from them.
    protocol: { set: 'shelf', transductive: false, n: 3 },
  });
  expect(Object.keys(first.summary!.outputs)).toEqual(['poster draw=1', 'poster draw=2', 'poster draw=3']);
  const second = twoshot(...args);
  expect(statuses(second.summary).filter((line) => !line.endsWith(' cached'))).toEqual([]);
  expect(second.summary!.metrics).toEqual(first.summary!.metrics);
  expect(readdirSync(join(workspace, 'packages/box/shelf')).filter((name) => name.startsWith('result'))).toHaveLength(
    12,
  );
  expect(twoshot('why', 'line', 'judge', '--store', 'box:shelf', '--set', 'draw.handful=2').text).toContain('cached');
});

test('what their scoring gives goes to their reports only', async () => {
  const leak = outsidePackages['pipelines/line.yaml']!.replace(
    '  poster:',
    '  again: { use: marbles/guess, in: { marbles: draw.marbles, hint: judge.metrics } }\n  poster:',
  );
  await writeFile(join(workspace, 'pipelines/leak.yaml'), leak);
  const { code, text } = twoshot('validate', 'leak');
  expect(code).toBe(2);
  expect(text).toContain('hidden labels would reach `again` (marbles/guess)');
});

test('an unknown store is a mistake with the nearest name', () => {
  const { code, text } = twoshot('plan', 'line', '--store', 'bix:shelf');
  expect({ code, text }).toMatchObject({
    code: 2,
    text: expect.stringMatching(/no package offers[^]*nearest: +`box`/),
  });
});
