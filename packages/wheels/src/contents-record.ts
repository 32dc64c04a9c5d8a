import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file by which a folder is known as one that was installed, and whether it still is as it was written. */
const recordName = '.twoshot.json';
const writer = 'twoshot';

interface ContentsRecord {
  readonly writtenBy: string;
  /** Bytes of the shared objects, by path: what is loaded. Headers are counted only. */
  readonly libraries: Readonly<Record<string, number>>;
  /** All files, without the record. */
  readonly files: number;
}

const isLibrary = (name: string): boolean => /\.(so(\.\d+)*|node)$/.test(name);

/** Notes in a folder what it holds: the last thing before it is published, or the first in one to work in. */
export async function recordContents(folder: string): Promise<void> {
  const libraries: Record<string, number> = {};
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    const path = join(entry.parentPath, entry.name);
    if (isLibrary(entry.name)) libraries[path.slice(folder.length + 1)] = (await stat(path)).size;
  }
  const record: ContentsRecord = { writtenBy: writer, libraries, files };
  await writeFile(join(folder, recordName), `${JSON.stringify(record)}\n`);
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

/**
 * What keeps an installed folder from being used: `absent`, or the first library that is missing or of another size than
 * it was written with. Null where it is whole.
 *
 * @param expected paths that must be there in a folder without a record: earlier versions wrote none
 */
export function damageOf(folder: string, expected: readonly string[]): string | null {
  if (!existsSync(folder)) return 'absent';
  const record = readRecord(folder);
  const wanted: readonly (readonly [string, number | null])[] =
    record === null ? expected.map((path) => [path, null] as const) : Object.entries(record.libraries);
  for (const [path, bytes] of wanted) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found === undefined) return `${path} is missing`;
    if (bytes !== null && found.size !== bytes) return `${path} has ${found.size} bytes of ${bytes}`;
  }
  return null;
}

/** As `damageOf`, but every file counts: to compile against a library, its headers are needed, too. */
export async function damageOfAll(folder: string, expected: readonly string[]): Promise<string | null> {
  const damage = damageOf(folder, expected);
  const record = readRecord(folder);
  if (damage !== null || record === null) return damage;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).length - 1;
  return files === record.files ? null : `it holds ${files} files of ${record.files}`;
}
