// @module-tag slow
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestArtifact } from '@twoshot/artifact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '@twoshot/engine/random';
import { RunnableWorkspace } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const program = fileURLToPath(new URL('../dist/run-child.fixture.js', import.meta.url));

const pipeline = `stages:
  one: { use: make/number, params: { value: 3 } }
  dice: { use: make/seeded }
  two: { use: math/double, in: { in: one.out } }
  odd: { use: math/parity, in: { in: two.out } }
  all: { use: math/sum, in: { in: [two.out, odd.out, dice.out] } }
  score: { use: report/score, in: { in: two.out } }
outputs: { result: all.out }
`;

interface Ended {
  readonly code: number | null;
  readonly stages: readonly { stage: string; status: string; digests: object }[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** A run in a process of its own. @param onEvent may kill it */
function run(onEvent: (count: number, child: ChildProcess, line: string) => void, ...set: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, workspace.root, ...set], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let events = 0;
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    for (const line of text.toString().split('\n')) if (line !== '') onEvent(events++, child, line);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const last = output.trimEnd().split('\n').at(-1);
      resolve({ stages: [], outputs: {}, ...(last ? (JSON.parse(last) as Partial<Ended>) : {}), code });
    });
  });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Until a process is waited for, its entry stays in the table.
    return process.platform !== 'linux' || !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function waitUntilGone(pids: readonly number[], milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (pids.some(isAlive) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Results in the store of which an artifact is missing or is not what its digest says. */
async function brokenResults(): Promise<string[]> {
  const root = workspace.path('.twoshot');
  const names = await readdir(join(root, 'results'), { recursive: true }).catch(() => []);
  const broken: string[] = [];
  for (const name of names.filter((file) => file.endsWith('.json'))) {
    const { content } = JSON.parse(await readFile(join(root, 'results', name), 'utf8')) as {
      content: { stage: string; outputs: Readonly<Record<string, { digest: string }>> };
    };
    const { stage, outputs } = content;
    for (const { digest } of Object.values(outputs)) {
      const found = await digestArtifact(join(root, 'objects', digest.slice(0, 2), digest)).catch(String);
      if (found !== digest) broken.push(`${stage}: ${found} in place of ${digest}`);
    }
  }
  return broken;
}

async function numberIn({ outputs }: Ended): Promise<number> {
  return (JSON.parse(await readFile(outputs['result']!, 'utf8')) as { value: number }).value;
}

test('a runner killed at any moment leaves nothing broken, and no host', async () => {
  await workspace.write('pipelines/a.yaml', pipeline);
  const undisturbed = await run(() => undefined);
  expect(undisturbed.code).toBe(0);
  /** `2 * one` has no parity, so that this is all the dice give. */
  const dice = (await numberIn(undisturbed)) - 2 * 3;
  await workspace.remove();
  workspace = await RunnableWorkspace.create();
  await workspace.write('pipelines/a.yaml', pipeline);

  const random = createRandom(7);
  let killed = 0;
  for (let round = 0; round < 8; round++) {
    const at = random.integer(10);
    const after = random.integer(60);
    // Another value each time, so that every round has work that it can be killed at.
    const value = 10 + round;
    const ended = await run((count, child) => {
      if (count === at) setTimeout(() => child.kill('SIGKILL'), after);
    }, `one.value=${value}`);
    if (ended.code === null) killed++;
    const hosts = (await workspace.notes()).map(({ pid }) => pid);
    // Two seconds are promised; a machine that runs other tests beside this one may take longer.
    await waitUntilGone(hosts, 6_000);
    expect(hosts.filter(isAlive)).toEqual([]);
    expect(await brokenResults()).toEqual([]);
    const next = await run(() => undefined, `one.value=${value}`);
    expect(next.code).toBe(0);
    expect(await numberIn(next)).toBe(2 * value + dice);
  }
  expect(killed).toBeGreaterThan(0);
  const last = await run(() => undefined);
  expect(last.code).toBe(0);
  expect(last.stages.map(({ digests }) => digests)).toEqual(undisturbed.stages.map(({ digests }) => digests));
  expect(await brokenResults()).toEqual([]);
  // Scratch of the dead is swept, and no lock is left.
  expect(await readdir(workspace.path('.twoshot/scratch'))).toEqual(['writable']);
  expect(await readdir(workspace.path('.twoshot/locks'))).toEqual([]);
});

test('Ctrl-C ends with 130 and its hosts', async () => {
  await workspace.write(
    'pipelines/a.yaml',
    `stages: { slow: { use: wait/file, params: { path: ${workspace.path('never')} } } }`,
  );
  let sent = false;
  const ended = await run((_, child, line) => {
    if (!sent && line.includes('"waiting"')) sent = child.kill('SIGINT');
  });
  expect(ended.code).toBe(130);
  expect((await workspace.notes()).filter(({ pid }) => isAlive(pid))).toEqual([]);
});
