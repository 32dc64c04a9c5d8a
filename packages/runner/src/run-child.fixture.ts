import { exitCodeOf, runJson } from '@twoshot/events';
import { runPipeline } from './run-pipeline.js';
import { noEngine } from './runnable-workspace.fixture.js';

/** A run in a process of its own, which a test may kill: `node run-child.fixture.js WORKSPACE`. */
const [, , workspace = '', ...set] = process.argv;
const controller = new AbortController();
process.on('SIGINT', () => controller.abort(new Error('interrupted')));
const result = await runPipeline({
  workspace,
  file: `${workspace}/pipelines/a.yaml`,
  set,
  store: `${workspace}/.twoshot`,
  threads: 2,
  engine: () => Promise.resolve(noEngine()),
  draws: null,
  only: [],
  force: [],
  listener(event) {
    process.stderr.write(`${JSON.stringify(event)}\n`);
  },
  signal: controller.signal,
});
process.stdout.write(`${JSON.stringify(runJson(result))}\n`);
process.exitCode = exitCodeOf(result);
