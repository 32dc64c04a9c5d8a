// @module-tag slow
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeExecutor } from './executor.contract.js';
import { inProcessExecutor } from './in-process-executor.fixture.js';
import { processExecutor } from './process-executor.js';

describeExecutor('a process for each task', processExecutor);
describeExecutor('the process of the test', inProcessExecutor);

test('a process that is killed is lost, and says how', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-executor-'));
  try {
    const bundle = join(folder, 'stage.mjs');
    await writeFile(
      bundle,
      `export default { name: 'test/stage', summary: '', params: {}, inputs: {}, outputs: {}, async run() { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); } };`,
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
      engine: null,
      threads: 1,
      workspace: folder,
    };
    expect(await processExecutor.start(request, silent).end).toEqual({
      type: 'lost',
      how: 'its process was ended by SIGKILL; the system may have run out of memory',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
