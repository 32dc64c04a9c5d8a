import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRequest } from '@twoshot/stage/host';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExecutionEnd, Executor } from './executor.js';

/** Runs a request to its end, and returns its messages. */
async function run(executor: Executor, request: RunRequest): Promise<{ end: ExecutionEnd; told: string[] }> {
  const told: string[] = [];
  const execution = executor.start(request, {
    progress: ({ step, total }) => told.push(`progress ${step}/${total}`),
    log: (line) => told.push(`log ${line}`),
    warn: (line) => told.push(`warn ${line}`),
  });
  return { end: await execution.end, told };
}

/** Contract of every executor. */
export function describeExecutor(name: string, executor: Executor): void {
  describe(`every executor: ${name}`, () => {
    let folder: string;
    let made = 0;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'twoshot-executor-'));
      await mkdir(join(folder, 'out'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    /** A request whose stage has this body. */
    async function requestOf(body: string, changes: Partial<RunRequest> = {}): Promise<RunRequest> {
      // Modules are cached by path.
      const bundle = join(folder, `stage-${made++}.mjs`);
      await writeFile(
        bundle,
        `export default { name: 'test/stage', summary: '', params: { steps: { schema: {}, external: false } }, inputs: {},
  outputs: { out: { kind: 'policy', doc: '' } },
  async run({ params, outputs, seed, progress, log, warn, signal }) { const { writeFileSync } = await import('node:fs'); ${body} } };`,
      );
      return {
        kind: 'run',
        bundle,
        params: { steps: 3 },
        inputs: {},
        outputs: { out: join(folder, 'out') },
        checkpoints: null,
        instanceSeed: 'f00d',
        pipelineSeed: 0,
        graph: { pipeline: 'p', stages: [] },
        engine: null,
        threads: 1,
        workspace: folder,
        env: { PATH: process.env['PATH'] ?? '' },
        installs: null,
        temporary: null,
        ...changes,
      };
    }

    const write = `writeFileSync(outputs.out + '/policy.json', '{}');`;

    test('a finished task reports what it read and its outputs', async () => {
      const { end } = await run(executor, await requestOf(`seed('x'); if (params.steps === 3) ${write}`));
      expect(end).toMatchObject({
        type: 'done',
        result: {
          reads: { params: ['steps'], seed: true, graph: false },
          digests: { out: expect.stringMatching(/^[0-9a-f]{64}$/) },
          bytes: 2,
        },
      });
      expect(await readFile(join(folder, 'out/policy.json'), 'utf8')).toBe('{}');
    });

    test('messages arrive in order, before the end', async () => {
      const body = `log('one'); progress({ step: 1, total: 3 }); warn('two'); log('three'); progress({ step: 3, total: 3 }); ${write}`;
      const { end, told } = await run(executor, await requestOf(body));
      expect(end.type).toBe('done');
      expect(told.filter((line) => !line.startsWith('progress'))).toEqual(['log one', 'warn two', 'log three']);
      expect(told).toContain('progress 3/3');
    });

    test('what it throws is its error; a mistake of the user is distinguished', async () => {
      const thrown = await run(executor, await requestOf(`throw new Error('it broke');`));
      expect(thrown.end).toMatchObject({
        type: 'failed',
        error: { code: 'stage-failed', message: 'it broke', user: false },
      });
      const mistake = await run(
        executor,
        await requestOf(
          `throw Object.assign(new Error('empty'), { name: 'StageInputError', code: 'folder-empty', file: '/x', line: null, column: null });`,
        ),
      );
      expect(mistake.end).toMatchObject({ type: 'failed', error: { code: 'folder-empty', file: '/x', user: true } });
    });

    test('an output that was not written is an error', async () => {
      const { end } = await run(executor, await requestOf(''));
      expect(end).toMatchObject({ type: 'failed', error: { code: 'empty-output' } });
    });

    test('preparing downloads external files, and has no outputs', async () => {
      const request = await requestOf('', { kind: 'prepare', outputs: {} });
      const text = await readFile(request.bundle, 'utf8');
      await writeFile(
        request.bundle,
        text.replace('async run(', `async prepare({ log }) { log('fetched'); }, async run(`),
      );
      const { end, told } = await run(executor, request);
      expect(end).toMatchObject({ type: 'done', result: { digests: {} } });
      expect(told).toEqual(['log fetched']);
    });

    test('a stopped task ends', async () => {
      const body = `log('waiting'); await new Promise((resolve) => signal.addEventListener('abort', resolve)); throw new Error('stopped');`;
      const told: string[] = [];
      const execution = executor.start(await requestOf(body), {
        progress: () => undefined,
        warn: () => undefined,
        log(line) {
          told.push(line);
          execution.stop();
        },
      });
      expect(await execution.end).toEqual({ type: 'stopped' });
      expect(told).toEqual(['waiting']);
    });

    test('a task that is stopped at once does not continue', async () => {
      const execution = executor.start(await requestOf(`await new Promise(() => {});`), {
        progress: () => undefined,
        log: () => undefined,
        warn: () => undefined,
      });
      execution.stop();
      expect(await execution.end).toEqual({ type: 'stopped' });
    });
  });
}
