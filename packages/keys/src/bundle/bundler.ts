import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { isInstalled, mayBeLeftOut, packageOf, type InstalledPackage } from './external-packages.js';
import { markReferences } from './file-references.js';

/** A package that stays outside the bundle, as one module of it is imported. */
export interface ExternalImport {
  /** As written in the code, e.g. `apache-arrow`. */
  readonly specifier: string;
  /** Absolute path of the module. */
  readonly file: string;
  readonly installed: InstalledPackage;
}

/** What the bundler made of one entry. */
export interface Bundled {
  readonly chunks: readonly OutputChunk[];
  /** By its placeholder in the chunks. */
  readonly externals: ReadonlyMap<string, ExternalImport>;
  /** Absolute paths of all modules read, including those dropped entirely. */
  readonly modules: readonly string[];
}

const virtualEntry = '\0twoshot-entry';

/** Path relative to a folder with `/`, so that it is the same on every machine. */
export const portable = (from: string, path: string): string => relative(from, path).split(sep).join('/');

function externalsPlugin(externals: Map<string, ExternalImport>): Plugin {
  return {
    name: 'twoshot-externals',
    async resolveId(specifier, importer) {
      if (isBuiltin(specifier)) return { id: specifier, external: true, moduleSideEffects: false };
      if (importer === undefined || specifier.startsWith('.') || isAbsolute(specifier)) return null;
      const found = await this.resolve(specifier, importer, { skipSelf: true });
      if (found === null || !isInstalled(found.id)) return found;
      const installed = packageOf(found.id);
      if (installed === null) return found;
      // Placeholder for specifier and version, so that the text of a chunk is the same in every checkout.
      const id = `external:${specifier}@${installed.version}`;
      externals.set(id, { specifier, file: found.id, installed });
      return { id, external: true, moduleSideEffects: !mayBeLeftOut(installed.manifest) };
    },
  };
}

/** A trailing slash marks folders. */
const slashOf = (path: string): string => (path.endsWith('/') ? '/' : '');

const referencesPlugin = (workspace: string): Plugin => ({
  name: 'twoshot-references',
  transform: {
    filter: { code: 'import.meta.url' },
    handler(code, id) {
      return markReferences(code, (path) => portable(workspace, resolve(dirname(id), path)) + slashOf(path));
    },
  },
});

const entryPlugin = (code: string, importer: string): Plugin => ({
  name: 'twoshot-entry',
  resolveId(specifier, from) {
    if (specifier === virtualEntry) return specifier;
    return from === virtualEntry ? this.resolve(specifier, importer, { skipSelf: true }) : null;
  },
  load: (id) => (id === virtualEntry ? code : null),
});

/** Entry of a bundle: a file, or a text whose imports are resolved as if it were the file `importer`. */
export type BundleEntry = { readonly file: string } | { readonly code: string; readonly importer: string };

/**
 * Bundles one entry with everything of the workspace that it uses; installed packages are external. Comments are
 * dropped, white space and quotes are normalised by the printer.
 */
export async function bundleModule(workspace: string, entry: BundleEntry, name: string): Promise<Bundled> {
  const externals = new Map<string, ExternalImport>();
  let modules: readonly string[] = [];
  const build = await rolldown({
    input: 'file' in entry ? entry.file : virtualEntry,
    cwd: workspace,
    platform: 'node',
    logLevel: 'silent',
    experimental: { attachDebugInfo: 'none' },
    plugins: [
      ...('file' in entry ? [] : [entryPlugin(entry.code, entry.importer)]),
      externalsPlugin(externals),
      referencesPlugin(workspace),
      {
        name: 'twoshot-modules',
        buildEnd() {
          modules = [...this.getModuleIds()].filter(isAbsolute);
        },
      },
    ],
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      comments: false,
      entryFileNames: name,
      chunkFileNames: 'part-[hash].mjs',
      sourcemap: false,
    });
    const chunks = output.filter((item) => item.type === 'chunk');
    return { chunks, externals, modules: modules.filter((id) => !externals.has(id)) };
  } finally {
    await build.close();
  }
}

export const inWorkspace = (workspace: string, name: string): string => join(workspace, ...name.split('/'));
