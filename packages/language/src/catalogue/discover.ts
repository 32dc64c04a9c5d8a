import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { displayPath, failed, type Failure, quote, type Result, success, type Where } from '@twoshot/diagnostics';
import { locate } from '../yaml/located.js';
import { parseYaml } from '../yaml/parse-yaml.js';
import type { Catalogue, CatalogueEntry } from './catalogue.js';

interface Manifest {
  readonly file: string;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const stageName = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;

/**
 * Finds the stages that packages offer under `twoshot.catalogue` of their package.json: the packages of the workspace,
 * and those that its package.json depends on. Nothing is imported.
 *
 * @param workspace Absolute path of the workspace root.
 */
export async function discoverCatalogue(workspace: string): Promise<Result<Catalogue>> {
  const root = await readManifest(join(workspace, 'package.json'));
  if (root === null) {
    return failed({
      code: 'broken-catalogue',
      message: `${quote(displayPath(workspace))} is no workspace: there is no package.json`,
      where: null,
    });
  }
  const files = [...(await workspacePackages(workspace, root)), ...dependencies(workspace, root)];
  const manifests = await Promise.all(files.map(readManifest));
  const failures: Failure[] = [];
  const stages = new Map<string, CatalogueEntry>();
  const seen = new Set<string>();
  for (const manifest of manifests) {
    if (manifest === null || seen.has(nameOf(manifest))) continue;
    // A package of the workspace is often linked as a dependency, too.
    seen.add(nameOf(manifest));
    for (const entry of offered(manifest, failures)) {
      const other = stages.get(entry.name);
      if (other === undefined) stages.set(entry.name, entry);
      else failures.push(duplicate(entry, other, manifest));
    }
  }
  if (failures.length > 0) return failed(...failures);
  return success(new Map([...stages].sort(([a], [b]) => (a < b ? -1 : 1))));
}

async function readManifest(file: string): Promise<Manifest | null> {
  try {
    const text = await readFile(file, 'utf8');
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? { file, text, content } : null;
  } catch {
    // No package, or one that npm itself will complain about.
    return null;
  }
}

async function workspacePackages(workspace: string, { content }: Manifest): Promise<string[]> {
  const declared = content['workspaces'];
  const patterns: unknown = isRecord(declared) ? declared['packages'] : declared;
  const files: string[] = [];
  for (const pattern of Array.isArray(patterns) ? patterns : []) {
    if (typeof pattern !== 'string') continue;
    let folders = [workspace];
    for (const segment of pattern.split('/').filter((each) => each !== '' && each !== '.')) {
      folders = segment.includes('*')
        ? (await Promise.all(folders.map((folder) => matching(folder, segment)))).flat()
        : folders.map((folder) => join(folder, segment));
    }
    files.push(...folders.map((folder) => join(folder, 'package.json')));
  }
  return files;
}

async function matching(folder: string, segment: string): Promise<string[]> {
  const shape = new RegExp(`^${segment.split('*').map(escape).join('.*')}$`);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules' && shape.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();
}

const escape = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

function dependencies(workspace: string, { content }: Manifest): string[] {
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((key) => {
    const section = content[key];
    return isRecord(section) ? Object.keys(section) : [];
  });
  return [...new Set(names)].map((name) => join(workspace, 'node_modules', name, 'package.json'));
}

function offered(manifest: Manifest, failures: Failure[]): CatalogueEntry[] {
  const twoshot = manifest.content['twoshot'];
  const catalogue = isRecord(twoshot) ? twoshot['catalogue'] : undefined;
  if (catalogue === undefined) return [];
  const broken = (message: string, expected: string, ...path: string[]): void => {
    const where = placeIn(manifest, ['twoshot', 'catalogue', ...path]);
    failures.push({ code: 'broken-catalogue', message, where, expected });
  };
  if (!isRecord(catalogue)) {
    broken('the catalogue is not a map', 'a map from `family/implementation` to a file');
    return [];
  }
  const entries: CatalogueEntry[] = [];
  for (const [name, file] of Object.entries(catalogue)) {
    if (!stageName.test(name)) {
      broken(`${quote(name)} cannot be the name of a stage`, '`family/implementation` in lower case', name);
    } else if (typeof file !== 'string') {
      broken(`the stage ${quote(name)} names no file`, 'a path relative to this package.json', name);
    } else {
      const folder = dirname(manifest.file);
      entries.push({ name, package: nameOf(manifest), manifest: manifest.file, entry: resolve(folder, file) });
    }
  }
  return entries;
}

const nameOf = ({ content, file }: Manifest): string => (typeof content['name'] === 'string' ? content['name'] : file);

function duplicate(entry: CatalogueEntry, other: CatalogueEntry, manifest: Manifest): Failure {
  return {
    code: 'duplicate-stage',
    message: `two packages have a stage ${quote(entry.name)}: ${quote(other.package)} and ${quote(entry.package)}`,
    where: placeIn(manifest, ['twoshot', 'catalogue', entry.name]),
    next: 'rename one of them',
  };
}

/** JSON is YAML, so the reader that knows places serves for it, too. */
function placeIn({ file, text }: Manifest, path: readonly string[]): Where {
  const parsed = parseYaml({ file, text });
  return parsed.ok ? locate(parsed.value, path).where : { file, line: 1, column: 1 };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
