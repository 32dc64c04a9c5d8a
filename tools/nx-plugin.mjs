// Infers the targets of the workspace, so that a new package or pipeline needs no Nx configuration of its own.
import { basename, dirname, extname } from 'node:path';

/** Nothing here is cached by Nx: the runner has its own cache, and Nx would replay results although the engine changed. */
const command = (text) => ({ command: text, options: { cwd: '{workspaceRoot}' }, cache: false });

const pipelineTarget = (file) => [
  basename(file, extname(file)),
  { ...command(`node bin/twoshot.js run ${file}`), metadata: { description: `Runs ${file}` } },
];

const packageTargets = (root) => ({
  test: command(`npx tsc -b && npx vitest run ${root}/`),
  typecheck: command(`npx tsc -b ${root}`),
  lint: command(`npx oxlint --type-aware --max-warnings 0 ${root}`),
});

const benchTarget = (file) => [
  basename(file, '.bench.ts'),
  command(`npx tsc -b && node tools/run-typescript.mjs ${file}`),
];

const project = (root, name, targets) => ({ projects: { [root]: { root, name, targets } } });

export const createNodesV2 = [
  '{packages/*/package.json,pipelines/*.yaml,tools/bench/*.bench.ts,test/golden/golden.test.ts}',
  (files) => {
    const pipelines = files.filter((file) => dirname(file) === 'pipelines');
    const benches = files.filter((file) => dirname(file) === 'tools/bench');
    const results = files
      .filter((file) => basename(file) === 'package.json')
      .map((file) => {
        const root = dirname(file);
        return [file, project(root, basename(root), packageTargets(root))];
      });
    if (pipelines.length > 0)
      results.push([pipelines[0], project('pipelines', 'pipeline', Object.fromEntries(pipelines.map(pipelineTarget)))]);
    if (benches.length > 0)
      results.push([benches[0], project('tools/bench', 'bench', Object.fromEntries(benches.map(benchTarget)))]);
    if (files.includes('test/golden/golden.test.ts'))
      results.push([
        'test/golden/golden.test.ts',
        project('test/golden', 'golden', {
          test: command('npx tsc -b && node tools/run-typescript.mjs test/golden/run.ts'),
        }),
      ]);
    return results;
  },
];
