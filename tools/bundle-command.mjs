// Puts the `twoshot` command into a few files beside its compiled ones: loading 200 modules takes longer than a cached run.
// Called by bin/twoshot.js after it has compiled.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const folder = resolve(import.meta.dirname, '../packages/cli/dist');
const prefix = 'command';
/** A command that has started may still load its parts after the next one was bundled. */
const keptFor = 7 * 24 * 3600 * 1000;
/** Packages that find files of their own beside their code, or load some that do. */
const withFiles = /^(rolldown$|@tensorflow\/|@twoshot\/(stage\/host-path|predict|export)$)/;

for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  if (name.startsWith(`${prefix}-`) && Date.now() - statSync(file).mtimeMs > keptFor) rmSync(file, { force: true });
}

/** Modules that `twoshot run` always loads, but for those that every command loads; they go into one file. */
const ofRun = new Set();
const findOfRun = {
  name: 'of-run',
  buildEnd() {
    const closureOf = (id, found = new Set()) => {
      const module = found.has(id) ? null : this.getModuleInfo(id);
      if (module === null) return found;
      found.add(id);
      for (const imported of module.importedIds) closureOf(imported, found);
      return found;
    };
    const ofAll = closureOf(join(folder, 'index.js'));
    for (const id of closureOf(join(folder, 'commands', 'run.js'))) if (!ofAll.has(id)) ofRun.add(id);
  },
};

const bundle = await rolldown({
  input: { [prefix]: join(folder, 'index.js') },
  platform: 'node',
  external: withFiles,
  plugins: [findOfRun],
  preserveEntrySignatures: 'allow-extension',
  resolve: { conditionNames: ['node', 'import', 'default'] },
  logLevel: 'warn',
});
await bundle.write({
  dir: folder,
  format: 'esm',
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: `${prefix}-[hash].js`,
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: 'run', test: (id) => ofRun.has(id) }] },
});
await bundle.close();
