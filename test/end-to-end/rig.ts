import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { engineUnderTest } from '@twoshot/engine/testing';

export const workspace = resolve(import.meta.dirname, '../..');

export interface StageSummary {
  readonly stage: string;
  readonly use: string;
  readonly status: 'ran' | 'cached' | 'failed' | 'skipped';
  readonly digests: Readonly<Record<string, string>>;
  readonly why: string;
}

/** The last line of standard output with `--json`. */
export interface RunSummary {
  readonly run: string;
  readonly stages: readonly StageSummary[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly file: string | null;
    readonly line: number | null;
  } | null;
}

export interface Finished {
  readonly code: number | null;
  readonly summary: RunSummary | null;
  readonly stdout: string;
  /** Both streams. */
  readonly text: string;
}

export interface Started {
  readonly runner: ChildProcess;
  /** In the environment of the runner and of every process that it starts. */
  readonly mark: string;
  readonly finished: Promise<Finished>;
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'twoshot-end-to-end-'));

/** Starts `twoshot ARGS` as a user would, from the root of the workspace, with the engine under test. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const mark = randomUUID();
  const runner = spawn(process.execPath, [join(workspace, 'bin/twoshot.js'), ...args], {
    cwd: workspace,
    env: { ...process.env, TWOSHOT_ENGINE: engineUnderTest(), ...env, TWOSHOT_TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  runner.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  runner.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const finished = new Promise<Finished>((settle) => {
    runner.on('close', (code) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      const summary = last.startsWith('{') ? (JSON.parse(last) as RunSummary) : null;
      settle({ code, summary, stdout, text: stdout + stderr });
    });
  });
  return { runner, mark, finished };
}

export const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  start(args, env).finished;

export const stagesThat = (finished: Finished, status: StageSummary['status']): string[] =>
  (finished.summary?.stages ?? []).filter((stage) => stage.status === status).map(({ stage }) => stage);

export const digestsOf = (finished: Finished): Record<string, unknown> =>
  Object.fromEntries((finished.summary?.stages ?? []).map(({ stage, digests }) => [stage, digests]));

/** Processes that were started under a mark and still live (Linux). */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isAlive = !/^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'utf8'));
      return isAlive && readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark) ? [Number(name)] : [];
    } catch {
      return []; // It ended between the listing and the look.
    }
  });
}
