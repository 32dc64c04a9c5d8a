import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, systemCode } from '@twoshot/disk';
import { canonicalJson, digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import type { CodeRecord } from './code-record.js';
import { bundleModule, inWorkspace, portable, type Bundled, type BundleEntry, type ExternalImport } from './bundler.js';
import { bundleFolderName, digestOfFolder, isWholeBundle } from './folder-digest.js';
import { closureOf, manifestAbove } from './external-packages.js';
import { referencesIn, replaceReferences } from './file-references.js';

/** One stage's code, ready to run. */
export interface Bundle {
  /** File that a host imports; its digest is the code's. */
  readonly file: string;
  readonly code: CodeRecord;
}

/** A new bundle, with all its source files. */
export interface BuiltBundle extends Bundle {
  readonly sources: readonly string[];
}

interface Part {
  /** As hashed: externals by name and version, nothing that depends on the path of the checkout. */
  readonly hashed: Record<string, string>;
  /** As run. */
  readonly run: Record<string, string>;
  /** Files copied next to the code, by their name there. */
  readonly assets: Record<string, string>;
  readonly modules: Record<string, string>;
  readonly externals: ExternalImport[];
  readonly sources: string[];
}

const shortest = 16;
const scripts = new Set(['.js', '.mjs']);

const externalId = /"(external:[^"]+)"/g;

const withExternals = (
  code: string,
  externals: Bundled['externals'],
  write: (external: ExternalImport) => string,
): string =>
  code.replaceAll(externalId, (whole, id: string) => {
    const external = externals.get(id);
    return external === undefined ? whole : JSON.stringify(write(external));
  });

/** Names of chunks come from the bundler's digest; they are excluded from the hash of a module. */
const withoutChunkNames = (code: string): string => code.replaceAll(/part-[^"]+\.mjs/g, 'part.mjs');

/** A module as users know it: the source of a compiled file where there is one. */
function moduleName(workspace: string, id: string): string {
  if (id.startsWith('\0')) return id.slice(1);
  const source = id.replace(`${sep}dist${sep}`, `${sep}src${sep}`).replace(/\.js$/, '.ts');
  return portable(workspace, existsSync(source) ? source : id);
}

/** Copies a file or folder that code refers to next to the bundle, and returns its URL. */
async function placeReference(workspace: string, name: string, part: Part): Promise<{ hashed: string; run: string }> {
  const path = inWorkspace(workspace, name);
  if ((await stat(path)).isDirectory()) {
    const files = await readdir(path, { recursive: true, withFileTypes: true });
    part.sources.push(...files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
    const url = pathToFileURL(path).href;
    return { hashed: `folder:${await digestOfFolder(path)}`, run: name.endsWith('/') ? `${url}/` : url };
  }
  if (scripts.has(extname(path))) {
    const script = await buildPart(workspace, { file: path }, 'script.mjs');
    const file = `${basename(path, extname(path))}-${digestOf(script.hashed).slice(0, shortest)}.mjs`;
    for (const field of ['hashed', 'run'] as const) {
      const { 'script.mjs': entry, ...chunks } = script[field];
      Object.assign(part[field], chunks, { [file]: entry });
    }
    Object.assign(part.assets, script.assets);
    Object.assign(part.modules, script.modules);
    part.externals.push(...script.externals);
    part.sources.push(...script.sources);
    return { hashed: `./${file}`, run: `./${file}` };
  }
  const file = `${sha256(await readFile(path)).slice(0, shortest)}${extname(path)}`;
  part.assets[file] = path;
  part.sources.push(path);
  return { hashed: `./${file}`, run: `./${file}` };
}

async function buildPart(workspace: string, entry: BundleEntry, name: string): Promise<Part> {
  const { chunks, externals, modules } = await bundleModule(workspace, entry, name);
  const part: Part = { hashed: {}, run: {}, assets: {}, modules: {}, externals: [], sources: [...modules] };
  for (const chunk of chunks) {
    // The bundler's own list also has imports that were dropped entirely.
    for (const [, id] of chunk.code.matchAll(externalId)) {
      const external = externals.get(id!);
      if (external !== undefined) part.externals.push(external);
    }
    const places = new Map<string, { hashed: string; run: string }>();
    for (const reference of referencesIn(chunk.code))
      places.set(reference, await placeReference(workspace, reference, part));
    part.hashed[chunk.fileName] = replaceReferences(chunk.code, (reference) => places.get(reference)!.hashed);
    part.run[chunk.fileName] = withExternals(
      replaceReferences(chunk.code, (reference) => places.get(reference)!.run),
      externals,
      // From the folder of the bundle another version may be found, or none.
      ({ specifier, file, installed }) =>
        installed.manifest === join(workspace, 'node_modules', installed.name, 'package.json')
          ? specifier
          : pathToFileURL(file).href,
    );
    for (const [id, module] of Object.entries(chunk.modules))
      if (module.code !== null && module.code.trim() !== '')
        part.modules[moduleName(workspace, id)] = sha256(withoutChunkNames(module.code));
  }
  return part;
}

/**
 * Writes a bundle where node finds the workspace's packages, unless it is there and whole.
 *
 * @returns the file of its entry
 */
async function writeBundle(bundles: string, hash: string, part: Part): Promise<string> {
  const draft = join(bundles, `${hash}.${randomUUID()}`);
  await makeFolder(draft);
  try {
    for (const [name, code] of Object.entries(part.run)) await writeFile(join(draft, name), code);
    for (const [name, path] of Object.entries(part.assets)) await copyFile(path, join(draft, name));
    const folder = join(bundles, bundleFolderName(hash, await digestOfFolder(draft)));
    const file = join(folder, 'stage.mjs');
    if (await isWholeBundle(file)) return file;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder).catch((error: unknown) => {
      // Another process has written it meanwhile.
      if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
    });
    return file;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A bundle finds the packages of its workspace in the folders above it, wherever the cache is. */
async function linkPackages(workspace: string, cache: string): Promise<void> {
  const packages = join(workspace, 'node_modules');
  if (cache.startsWith(packages + sep)) return;
  await makeFolder(cache);
  await symlink(packages, join(cache, 'node_modules')).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

/**
 * Bundles the code of one stage.
 *
 * @param cache of the workspace
 * @param code text of the entry, e.g. `export { default } from './knn.js'`, as if it stood beside `importer`
 */
export async function buildBundle(
  workspace: string,
  cache: string,
  code: string,
  importer: string,
): Promise<BuiltBundle> {
  const part = await buildPart(workspace, { code, importer }, 'stage.mjs');
  const installed = new Map(
    part.externals.flatMap(({ installed: one }) => closureOf(one)).map((one) => [one.manifest, one]),
  );
  const packages: Record<string, string> = {};
  for (const { name, version } of [...installed.values()].sort((a, b) => (a.manifest < b.manifest ? -1 : 1)))
    packages[name] =
      packages[name] === undefined || packages[name] === version ? version : `${packages[name]}, ${version}`;
  const hash = sha256(canonicalJson({ files: part.hashed, packages }));
  await linkPackages(workspace, cache);
  const file = await writeBundle(join(cache, 'bundles'), hash, part);
  const manifests = part.sources.map(manifestAbove).filter((path) => path !== null);
  return {
    file,
    code: { hash, modules: part.modules, packages },
    sources: [...new Set([...part.sources, ...manifests, ...installed.keys()])].sort(),
  };
}
