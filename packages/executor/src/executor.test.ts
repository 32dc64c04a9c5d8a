// @module-tag slow
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRequest } from '@twoshot/stage/host';
import { expect, test } from 'vitest';
import type { ExecutionEnd } from './executor.js';
import { describeExecutor } from './executor.contract.js';
import { inProcessExecutor } from './in-process-executor.fixture.js';
import { processExecutor } from './process-executor.js';

describeExecutor('a process for each task', processExecutor);
describeExecutor('the process of the test', inProcessExecutor);

/** How a stage ends in a process of its own. */
async function endOf(run: string, rest = '', engine: RunRequest['engine'] = null): Promise<ExecutionEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-executor-'));
  try {
    const bundle = join(folder, 'stage.mjs');
    await writeFile(
      bundle,
      `export default { name: 'test/stage', summary: '', params: {}, inputs: {}, outputs: {}, async run() { ${run} } };\n${rest}`,
    );
    const silent = { progress: () => undefined, log: () => undefined, warn: () => undefined };
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
    };
    return await processExecutor.start(request, silent).end;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ends = (signal: string): string => `process.kill(process.pid, '${signal}'); await new Promise(() => {});`;

test('a process that is killed is lost, and says how', async () => {
  expect(await endOf(ends('SIGKILL'))).toEqual({
    type: 'lost',
    how: 'its process was ended by SIGKILL; the system may have run out of memory',
  });
});

test('an engine that ends its process while it is loaded cannot be had, which is no fault of the stage', async () => {
  const broken = `export const startBackend = async () => { ${ends('SIGBUS')} };`;
  expect(await endOf('', broken, { kind: 'cpu' })).toMatchObject({
    type: 'failed',
    error: { code: 'engine-unavailable', message: expect.stringContaining('SIGBUS') as string },
  });
  const works = 'export const startBackend = async () => {};';
  expect(await endOf(ends('SIGBUS'), works, { kind: 'cpu' })).toMatchObject({ type: 'lost' });
});
