import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath, failed, quote, success, type Result, type Where } from '@twoshot/diagnostics';
import { locate } from '../yaml/located.js';
import { parseYaml } from '../yaml/parse-yaml.js';

/** A package.json. */
export interface Manifest {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The packages that may offer something: those of the workspace, and those that its package.json depends on.
 *
 * @param workspace Absolute path of the workspace root.
 */
export async function offeringPackages(workspace: string): Promise<Result<readonly Manifest[]>> {
  const root = readManifest(join(workspace, 'package.json'));
  if (root === null) {
    return failed({
      code: 'broken-catalogue',
      message: `${quote(displayPath(workspace))} is not a workspace: it has no package.json`,
      where: null,
    });
  }
  const files = [...(await workspacePackages(workspace, root)), ...dependencies(workspace, root)];
  const manifests = new Map<string, Manifest>();
  for (const file of files) {
    const manifest = readManifest(file);
    // A package of the workspace is often also linked as a dependency.
    if (manifest !== null && !manifests.has(manifest.name)) manifests.set(manifest.name, manifest);
  }
  return success([...manifests.values()]);
}

function readManifest(file: string): Manifest | null {
  try {
    const text = readFileSync(file, 'utf8');
    const content: unknown = JSON.parse(text);
    if (!isRecord(content)) return null;
    return { name: typeof content['name'] === 'string' ? content['name'] : file, file, text, content };
  } catch {
    // Not a package, or one that npm itself rejects.
    return null;
  }
}

async function workspacePackages(workspace: string, { content }: Manifest): Promise<string[]> {
  const declared = content['workspaces'];
  const listed: unknown = isRecord(declared) ? declared['packages'] : declared;
  const patterns = (Array.isArray(listed) ? listed : []).filter((pattern) => typeof pattern === 'string');
  const plain = patterns.map((pattern) => plainFolder.exec(pattern)?.[1]);
  if (plain.every((folder) => folder !== undefined))
    return plain.flatMap((folder) => inFolder(join(workspace, folder))).sort();
  const { glob } = await import('tinyglobby');
  const files = await glob(
    patterns.map((pattern) => `${pattern.replace(/\/+$/, '')}/package.json`),
    { cwd: workspace, absolute: true, ignore: ['**/node_modules/**'], expandDirectories: false },
  );
  return files.sort();
}

/** `folder/*`, as most workspaces have it: the library for all other patterns takes longer to load than to list it. */
const plainFolder = /^((?:[\w@-][\w@.-]*\/)+)\*\/*$/;

function inFolder(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const folders = names.filter((name) => !name.startsWith('.') && name !== 'node_modules');
  return folders.map((name) => join(folder, name, 'package.json'));
}

function dependencies(workspace: string, { content }: Manifest): string[] {
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((key) => {
    const section = content[key];
    return isRecord(section) ? Object.keys(section) : [];
  });
  return [...new Set(names)].map((name) => join(workspace, 'node_modules', name, 'package.json'));
}

/** JSON is YAML, so the YAML reader serves here too, and knows the positions. */
export function placeIn({ file, text }: Manifest, path: readonly string[]): Where {
  const parsed = parseYaml({ file, text });
  return parsed.ok ? locate(parsed.value, path).where : { file, line: 1, column: 1 };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
