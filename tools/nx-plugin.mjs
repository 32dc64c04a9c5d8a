// Infers the targets of the workspace, so that a new package or pipeline needs no Nx configuration of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Not cached by Nx: the runner has its own cache, and tests depend on the engine and the machine. */
const command = (text) => ({ command: text, options: { cwd: '{workspaceRoot}' }, cache: false });

/** Depends on nothing but the sources of the package and of those that it imports, and on pinned tools. */
const cached = (text, outputs = []) => ({
  ...command(text),
  inputs: ['default', '^default', 'tools'],
  outputs,
  cache: true,
});

const packageTargets = (root) => ({
  // The compiler also builds what a package imports; that those come first keeps two of them from writing one file.
  build: {
    ...cached(`npx tsc -b ${root}`, ['{projectRoot}/dist']),
    dependsOn: ['^build'],
    metadata: { description: 'Compiles the package and those that it imports' },
  },
  typecheck: { executor: 'nx:noop', dependsOn: ['build'], metadata: { description: 'The same as build' } },
  lint: { ...cached(`npx oxlint --type-aware --max-warnings 0 ${root}`), dependsOn: ['build'] },
  test: { ...command(`npx vitest run ${root}/`), dependsOn: ['build'], inputs: ['default', '^default', 'tools'] },
});

const pipelineTarget = (file) => [
  basename(file, extname(file)),
  { ...command(`node bin/twoshot.js run ${file}`), metadata: { description: `Runs ${file}` } },
];

const benchTarget = (file) => [
  basename(file, '.bench.ts'),
  command(`npx tsc -b && node tools/run-typescript.mjs ${file}`),
];

const sourcesIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?ts$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

/** Projects of the packages that sources import. */
const importedBy = (folder) => [
  ...new Set(sourcesIn(folder).flatMap((text) => text.match(/(?<=['"])@twoshot\/[a-z-]+/g) ?? [])),
];

/** Project of every package, by name, with the families of its catalogue. */
const packages = (root) =>
  readdirSync(join(root, 'packages')).flatMap((folder) => {
    try {
      const { name, twoshot } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
      return [{ name, stages: Object.keys(twoshot?.catalogue ?? {}) }];
    } catch {
      return [];
    }
  });

/** The command and the packages whose stages pipelines use: they run both. */
const runByPipelines = (root) => [
  '@twoshot/cli',
  ...packages(root)
    .filter(({ stages }) => stages.length > 0)
    .map(({ name }) => name),
];

const project = (root, name, targets, implicitDependencies = []) => ({
  projects: { [root]: { root, name, targets, implicitDependencies } },
});

/** The projects that are no packages, each with the file that stands for it. */
function otherProjects(files, workspaceRoot) {
  const pipelines = files.filter((file) => dirname(file) === 'pipelines');
  const benches = files.filter((file) => dirname(file) === 'tools/bench');
  const results = [];
  if (pipelines.length > 0) {
    const targets = Object.fromEntries(pipelines.map(pipelineTarget));
    results.push([pipelines[0], project('pipelines', 'pipeline', targets, runByPipelines(workspaceRoot))]);
  }
  if (benches.length > 0) {
    const targets = Object.fromEntries(benches.map(benchTarget));
    results.push([
      benches[0],
      project('tools/bench', 'bench', targets, importedBy(join(workspaceRoot, 'tools/bench'))),
    ]);
  }
  if (files.includes('test/golden/golden.test.ts')) {
    const targets = { test: command('npx tsc -b && node tools/run-typescript.mjs test/golden/run.ts') };
    const imported = importedBy(join(workspaceRoot, 'test/golden'));
    results.push(['test/golden/golden.test.ts', project('test/golden', 'golden', targets, imported)]);
  }
  if (files.includes('test/end-to-end/smoke.test.ts')) {
    const targets = { test: command('npx tsc -b && npx vitest run test/end-to-end/') };
    const run = ['pipeline', ...runByPipelines(workspaceRoot)];
    results.push(['test/end-to-end/smoke.test.ts', project('test/end-to-end', 'end-to-end', targets, run)]);
  }
  return results;
}

export const createNodesV2 = [
  '{packages/*/package.json,pipelines/*.yaml,tools/bench/*.bench.ts,test/golden/golden.test.ts,test/end-to-end/smoke.test.ts}',
  (files, _, { workspaceRoot }) => {
    const own = files
      .filter((file) => file.startsWith('packages/'))
      .map((file) => {
        const root = dirname(file);
        return [file, project(root, basename(root), packageTargets(root))];
      });
    return [...own, ...otherProjects(files, workspaceRoot)];
  },
];
