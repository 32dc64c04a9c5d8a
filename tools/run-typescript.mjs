// Runs a TypeScript file of the workspace: `node tools/run-typescript.mjs FILE [ARG ...]`.
// Node 20 cannot, so the file is bundled with those beside it; packages stay outside, which find their own workers.
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node tools/run-typescript.mjs FILE [ARG ...]');
  process.exit(2);
}
const entry = resolve(file);
const root = resolve(import.meta.dirname, '..');
const folder = join(
  root,
  'node_modules/.cache/twoshot/run',
  createHash('sha256').update(`${entry}\0${process.pid}`).digest('hex').slice(0, 16),
);
const bundle = await rolldown({
  input: entry,
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  resolve: { conditionNames: ['node', 'import', 'default'] },
  logLevel: 'warn',
});
await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'main.mjs', sourcemap: 'inline' });
await bundle.close();
process.argv = [process.argv[0], entry, ...args];
await import(pathToFileURL(join(folder, 'main.mjs')).href);
