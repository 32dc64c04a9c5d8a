// @module-tag slow
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunRequest } from '@twoshot/stage/host';
import { afterEach, expect, test, vi } from 'vitest';
import type { ExecutionEnd } from './executor.js';
import { describeExecutor } from './executor.contract.js';
import { inProcessExecutor } from './in-process-executor.fixture.js';
import { processExecutor } from './process-executor.js';

describeExecutor('a process for each task', processExecutor);
describeExecutor('the process of the test', inProcessExecutor);

afterEach(() => vi.unstubAllEnvs());

/** How a stage ends in a process of its own. */
async function endOf(
  run: string,
  rest = '',
  engine: RunRequest['engine'] = null,
  told: string[] = [],
  warned: string[] = [],
  installs: string | null = null,
): Promise<ExecutionEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-executor-'));
  try {
    const bundle = join(folder, 'stage.mjs');
    await writeFile(
      bundle,
      `export default { name: 'test/stage', summary: '', params: {}, inputs: {}, outputs: {}, async run(context) { ${run} } };\n${rest}`,
    );
    const silent = {
      progress: () => undefined,
      log: (line: string) => void told.push(line),
      warn: (line: string) => void warned.push(line),
    };
    const request = {
      kind: 'run' as const,
      bundle,
      params: {},
      inputs: {},
      outputs: {},
      checkpoints: null,
      instanceSeed: '',
      pipelineSeed: 0,
      graph: { pipeline: '', stages: [] },
      engine,
      threads: 1,
      workspace: folder,
      env: { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '' },
      installs,
      temporary: null,
    };
    return await processExecutor.start(request, silent).end;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a stage installs in its folder of a cache that is not there yet, and in no other', async () => {
  const cache = join(await mkdtemp(join(tmpdir(), 'twoshot-executor-')), 'made/later');
  vi.stubEnv('TWOSHOT_CACHE', cache);
  const install = (folder: string): Promise<ExecutionEnd> =>
    endOf(
      `const { mkdirSync } = await import('node:fs'); mkdirSync(${JSON.stringify(join(cache, folder))});`,
      '',
      null,
      [],
      [],
      'weights',
    );
  expect(await install('weights')).toMatchObject({ type: 'done' });
  expect(existsSync(join(cache, 'weights'))).toBe(true);
  expect(await install('engine')).toMatchObject({ type: 'failed' });
  await rm(dirname(dirname(cache)), { recursive: true });
});

const ends = (signal: string): string => `process.kill(process.pid, '${signal}'); await new Promise(() => {});`;

test('a process that is killed is lost, and says how', async () => {
  expect(await endOf(ends('SIGKILL'))).toEqual({
    type: 'lost',
    how:
      'its process was ended by SIGKILL; the system may have run out of memory: run fewer stages at once (--jobs 1), ' +
      'or take smaller batches or images',
  });
});

test('a stage whose memory is not enough says so, and what to do', async () => {
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=60');
  const grows = `const kept = []; for (;;) kept.push(Array.from({ length: 1e5 }, (_, at) => ({ at })));`;
  const message: unknown = expect.stringMatching(/^the stage ran out of memory: .*SIG(ABRT|TRAP|ILL).*--jobs 1/);
  expect(await endOf(grows)).toMatchObject({ type: 'failed', error: { code: 'out-of-memory', message } });
});

test('memory that the system does not give is told in the same way', async () => {
  const message: unknown = expect.stringMatching(/^the stage ran out of memory: .*allocation failed.*--jobs 1/);
  expect(await endOf('new SharedArrayBuffer(2 ** 52);')).toMatchObject({ error: { code: 'out-of-memory', message } });
});

test('a stage that writes without end keeps its result, the start of its log and the end of it', async () => {
  const told: string[] = [];
  const writes = `const { writeSync } = await import('node:fs'); const line = 'x'.repeat(99_999);
const write = (text) => { for (let at = 0; at < text.length;) try { at += writeSync(1, text.slice(at)); } catch (error) { if (error.code !== 'EAGAIN') throw error; } };
for (let at = 0; at < 100; at++) write(line); write('\\n');
for (let at = 0; at < 60_000; at++) write('line ' + at + '\\n');
for (let at = 0; at < 60_000; at++) context.log('told ' + at);
for (let at = 0; at < 20_000; at++) context.warn('warning ' + at);
for (let at = 0; at < 60_000; at++) context.progress({ step: at, total: 60_000, phase: 'phase ' + at });`;
  const warned: string[] = [];
  const end = await endOf(writes, '', null, told, warned);
  expect(end.type).toBe('done');
  expect(told[0]!.replace(/^x+/, ({ length }) => String(length))).toBe('10000... (9989900 more characters)');
  for (const kept of ['line 0', 'line 59999', 'told 0', 'told 59999']) expect(told).toContain(kept);
  expect(told.some((line) => /lines left out: a log has at most 50000 lines and 8 MB/.test(line))).toBe(true);
  expect(told.length).toBeLessThan(101_000);
  expect(warned).toHaveLength(111);
  expect(warned.slice(99, 102)).toEqual([
    'warning 99',
    '(19890 warnings left out: the first 100 and the last 10 are shown)',
    'warning 19990',
  ]);
});

test('messages that no host sends are left out', async () => {
  const told: string[] = [];
  const sends = `for (const message of [null, 5, 'x', [], {}, { type: 'log' }, { type: 'log', line: 5 }, { type: 'progress' },
  { type: 'progress', progress: null }, { type: 'failed' }, { type: 'failed', error: null }, { type: 'done' },
  { type: 'done', reads: { params: [], seed: false, pipelineSeed: false, graph: false, provenance: [] }, digests: { out: '../../escaped' }, bytes: 1, peakMemory: 1 }]) process.send(message);`;
  expect((await endOf(sends, '', null, told)).type).toBe('done');
  expect(told).toEqual(expect.arrayContaining([expect.stringContaining('a message that is not of the host')]));
  expect(told).toHaveLength(13);
});

test('an engine that ends its process during loading is unavailable, which is not an error of the stage', async () => {
  const broken = `export const startBackend = async () => { ${ends('SIGBUS')} };`;
  expect(await endOf('', broken, { kind: 'cpu' })).toMatchObject({
    type: 'failed',
    error: { code: 'engine-unavailable', message: expect.stringContaining('SIGBUS') as string },
  });
  const works = 'export const startBackend = async () => {};';
  expect(await endOf(ends('SIGBUS'), works, { kind: 'cpu' })).toMatchObject({ type: 'lost' });
});
