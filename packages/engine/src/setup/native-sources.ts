import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locatePackage } from '../locate-package.js';

/** What the binding is compiled from. */
export interface NativeSources {
  /** Our own ops: absolute paths of `tools/native/*.cc`, sorted. */
  readonly ops: readonly string[];
  /** The binding of tfjs-node-gpu: absolute paths of `binding/*.cc`, sorted. */
  readonly binding: readonly string[];
  /** Folders with headers of Node-API and of the binding. */
  readonly includes: readonly string[];
  /** Over our own sources, headers included: it changes when an op may give another result. */
  readonly digest: string;
  /** Versions of the packages that sources come from. */
  readonly versions: { readonly binding: string; readonly nodeApiHeaders: string };
}

/** Finds the sources in the workspace and in node_modules; reads only small files (a few milliseconds). */
export function findNativeSources(): NativeSources {
  const bindingPackage = locatePackage('@tensorflow/tfjs-node-gpu');
  const headersPackage = locatePackage('node-api-headers');
  const bindingFolder = join(bindingPackage.folder, 'binding');
  const opsFolder = findOpsFolder();
  const opsFiles = readdirSync(opsFolder)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
  const digest = createHash('sha256');
  for (const name of opsFiles)
    digest
      .update(`${name}\0`)
      .update(readFileSync(join(opsFolder, name)))
      .update('\0');
  return {
    ops: opsFiles.filter((name) => name.endsWith('.cc')).map((name) => join(opsFolder, name)),
    binding: ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(bindingFolder, name)),
    includes: [join(headersPackage.folder, 'include'), bindingFolder],
    digest: digest.digest('hex'),
    versions: { binding: bindingPackage.version, nodeApiHeaders: headersPackage.version },
  };
}

/**
 * `tools/native` of the workspace, looked for upwards from this file and then from the working directory: this file
 * may be compiled, or part of a stage's bundle in the store.
 */
function findOpsFolder(): string {
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, 'tools', 'native');
      if (existsSync(join(folder, 'packages', 'engine', 'package.json')) && existsSync(candidate)) return candidate;
      if (dirname(folder) === folder) break;
    }
  }
  throw new Error('tools/native of the workspace was not found: run inside the checkout');
}
