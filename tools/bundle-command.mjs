// Puts the `twoshot` command into a few files beside its compiled ones: loading 200 modules takes longer than a cached run.
// Called by bin/twoshot.js after it has compiled.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const folder = resolve(import.meta.dirname, '../packages/cli/dist');
const prefix = 'command';
/** A command that has started may still load its parts after the next one was bundled. */
const keptFor = 7 * 24 * 3600 * 1000;

for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  if (name.startsWith(`${prefix}-`) && Date.now() - statSync(file).mtimeMs > keptFor) rmSync(file, { force: true });
}
const bundle = await rolldown({
  input: { [prefix]: join(folder, 'index.js') },
  platform: 'node',
  // Stages import `stage` by themselves, and its host is a file of its own.
  external: (id) => id.startsWith('@twoshot/stage') || !/^[./]|^@twoshot\//.test(id),
  resolve: { conditionNames: ['node', 'import', 'default'] },
  logLevel: 'warn',
});
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: `${prefix}-[hash].js`,
});
await bundle.close();
