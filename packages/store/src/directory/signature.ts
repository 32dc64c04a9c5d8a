import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ForeignFileError } from '../foreign-file.js';
import { aNumber, aString, inside, isList, listOf, objectOf, type Shape } from '@twoshot/artifact/json-shape';

/**
 * A file of an artifact: path in it, size, and times of the last changes of its content and its status in milliseconds.
 * The last one cannot be reset by whoever changes a file.
 */
export type FileSignature = readonly [path: string, bytes: number, modified: number, changed: number];

/** The state of a directory without reading its files: sorted by path, so that equal states are equal as text. */
export interface Signature {
  readonly files: readonly FileSignature[];
}

const aFile: Shape<FileSignature> = (value, place) => {
  const [path, ...numbers] = isList(value) ? value : [];
  const number = (at: number): number => aNumber(numbers[at], inside(place, at + 1));
  return [aString(path, inside(place, 0)), number(0), number(1), number(2)];
};

export const aSignature: Shape<Signature> = objectOf<Signature>({ files: listOf(aFile) });

/**
 * The signature of a directory.
 *
 * @throws ForeignFileError for a link, a pipe, a socket or a device
 */
export function signatureOf(directory: string): Signature {
  const files: FileSignature[] = [];
  addFiles(files, directory, '');
  return { files: files.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/**
 * Checks that the files of a directory have no other names: one that has can be changed under the other name, and would
 * become read-only there.
 *
 * @throws ForeignFileError
 */
export function checkOwnFiles(directory: string, { files }: Signature): void {
  for (const [path] of files)
    if (lstatSync(join(directory, path)).nlink > 1)
      throw new ForeignFileError(join(directory, path), 'a file that has another name (a hard link)');
}

function addFiles(files: FileSignature[], root: string, under: string): void {
  for (const entry of readdirSync(join(root, under), { withFileTypes: true })) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) addFiles(files, root, path);
    else {
      const { size, mtimeMs, ctimeMs } = lstatSync(join(root, path));
      if (!entry.isFile())
        throw new ForeignFileError(
          join(root, path),
          entry.isSymbolicLink() ? 'a link' : 'a pipe, a socket or a device',
        );
      files.push([path, size, mtimeMs, ctimeMs]);
    }
  }
}

/** Whether two signatures have the same files of the same sizes; their times may differ, as in a copy. */
export const haveSameSizes = (one: Signature, other: Signature): boolean =>
  one.files.length === other.files.length &&
  one.files.every(([path, bytes], at) => path === other.files[at]![0] && bytes === other.files[at]![1]);

export const areSame = (one: Signature, other: Signature): boolean =>
  haveSameSizes(one, other) &&
  one.files.every(([, , modified, changed], at) => modified === other.files[at]![2] && changed === other.files[at]![3]);
