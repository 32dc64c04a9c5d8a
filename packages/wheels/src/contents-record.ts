import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { othersMayWrite } from './others-may-write.js';

/** The record file of an installed folder, which shows whether the folder is complete and unchanged. */
const recordName = '.twoshot.json';
const writer = 'twoshot';

/** A shared object, or a file of weights, as it was installed. */
interface Library {
  readonly bytes: number;
  /** Milliseconds since 1970: where they are the same as then, the content is not read again. */
  readonly modified: number;
  readonly sha256: string;
}

interface ContentsRecord {
  readonly writtenBy: string;
  /** The shared objects, code and weights by path: what is loaded. Earlier versions noted the bytes alone. Headers are counted only. */
  readonly libraries: Readonly<Record<string, Library | number>>;
  /** All files, without the record. */
  readonly files: number;
}

const isLibrary = (name: string): boolean => /\.(so(\.\d+)*|dylib|dll|node|wasm|[cm]?js|safetensors)$/.test(name);

/** Writes the record of a folder: the last thing before it is published, or the first in a scratch folder. */
export async function recordContents(folder: string): Promise<void> {
  const libraries: Record<string, Library> = {};
  let files = 0;
  await closeToOthers(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    await closeToOthers(path);
    if (!entry.isFile()) continue;
    files += 1;
    if (isLibrary(entry.name)) libraries[path.slice(folder.length + 1)] = await libraryAt(path);
  }
  const record: ContentsRecord = { writtenBy: writer, libraries, files };
  await writeFile(join(folder, recordName), `${JSON.stringify(record)}\n`);
}

async function closeToOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o022) !== 0) await chmod(path, mode & 0o755);
}

async function libraryAt(path: string): Promise<Library> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, modified: mtimeMs, sha256: digestOf(path) };
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(1 << 20);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function readRecord(folder: string): ContentsRecord | null {
  try {
    const record: unknown = JSON.parse(readFileSync(join(folder, recordName), 'utf8'));
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is ContentsRecord =>
  typeof value === 'object' && value !== null && 'writtenBy' in value && value.writtenBy === writer;

/** Whether a folder was installed, or is a scratch folder of installing. */
export const isOwn = (folder: string): boolean => readRecord(folder) !== null;

export interface Scrutiny {
  /** Every library is read and compared by its content, whatever its times say. */
  readonly contents?: boolean;
}

/**
 * What keeps an installed folder from being used: `absent`, or the first library that is missing, is not what was
 * installed, or could be changed by another user. Null where it is whole.
 *
 * @param expected paths required in a folder without a record, since earlier versions wrote none
 */
export function damageOf(
  folder: string,
  expected: readonly string[],
  { contents = false }: Scrutiny = {},
): string | null {
  if (!existsSync(folder)) return 'absent';
  const open = othersMayWrite(folder);
  if (open !== null) return open;
  const record = readRecord(folder);
  const wanted: readonly (readonly [string, Library | number | null])[] =
    record === null ? expected.map((path) => [path, null] as const) : Object.entries(record.libraries);
  for (const [path, library] of wanted) {
    const damage = libraryDamage(join(folder, path), library, contents);
    if (damage !== null) return `${path} ${damage}`;
  }
  return null;
}

function libraryDamage(path: string, library: Library | number | null, contents: boolean): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'is missing';
  const open = othersMayWrite(path);
  if (open !== null) return open;
  if (library === null) return null;
  const { bytes, modified, sha256 } =
    typeof library === 'number' ? { bytes: library, modified: null, sha256: null } : library;
  if (found.size !== bytes) return `has ${found.size} bytes of ${bytes}`;
  // A copy of the cache has other times and the same content.
  const isAsInstalled = sha256 === null || (!contents && found.mtimeMs === modified) || digestOf(path) === sha256;
  return isAsInstalled ? null : 'is not the file that was installed';
}

/** As `damageOf`, but for all files: compiling against a library needs its headers, too. */
export async function damageOfAll(folder: string, expected: readonly string[]): Promise<string | null> {
  const damage = damageOf(folder, expected);
  const record = readRecord(folder);
  if (damage !== null || record === null) return damage;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).length - 1;
  return files === record.files ? null : `it holds ${files} files of ${record.files}`;
}
