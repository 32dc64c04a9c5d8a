import { defineConfig } from 'vitest/config';
import { SlowFilesFirst } from './test/slow-files-first.js';

// Native bindings and TensorFlow.js keep global state, so every test file gets a process of its own.
export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    globalSetup: ['test/temporary-folder.ts', 'test/engine-setup.ts'],
    // What a file says at its top with `@module-tag slow`; `npm run test:quick` goes without.
    tags: [{ name: 'slow', description: 'runs pipelines, or trains for more than a few seconds' }],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: SlowFilesFirst },
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
