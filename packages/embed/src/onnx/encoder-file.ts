import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { externalFiles } from './external-data.js';

/** An ONNX file, and the files beside it that hold weights of it. */
export interface EncoderFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Paths relative to its folder. */
  readonly external: readonly string[];
}

/** First bytes of files that people take for an ONNX file. */
const others: readonly (readonly [what: string, start: RegExp])[] = [
  ['a pointer of Git LFS; fetch the file itself by `git lfs pull`', /^version https:\/\/git-lfs/],
  ['a web page; download the file itself', /^\s*<(!doctype|html)/i],
  ['a ZIP archive, as PyTorch writes; export the network with torch.onnx.export', /^PK/],
  ['a pickle of Python; export the network with torch.onnx.export', /^\x80/],
  ['an HDF5 file of Keras; convert it with tf2onnx', /^\x89HDF/],
  ['a file of TensorFlow Lite; convert it with tf2onnx', /^.{4}TFL3/s],
  ['safetensors; export the network with torch.onnx.export', /^.{8}\{"/s],
  ['JSON', /^\s*[{[]/],
];

/**
 * Reads an ONNX file: the one at a path, or the only one in a folder. Weights in files of their own count only in a
 * folder, whose content is part of the key as a whole.
 *
 * @throws StageInputError `encoder-missing`, `not-onnx`, `external-data`, `which-encoder`
 */
export async function readEncoderFile(given: string): Promise<EncoderFile> {
  const isFolder = await isFolderAt(given);
  const path = isFolder ? await onlyFileOf(given) : given;
  const bytes = await readFile(path);
  const start = bytes.toString('latin1', 0, 64);
  const what = bytes.length === 0 ? 'an empty file' : others.find(([, pattern]) => pattern.test(start))?.[0];
  if (what !== undefined) throw notOnnx(path, what);
  let external: string[];
  try {
    external = externalFiles(bytes);
  } catch (error) {
    throw notOnnx(path, `bytes that are no ONNX (${error instanceof Error ? error.message : String(error)})`);
  }
  if (external.length > 0) await checkExternal(path, external, isFolder);
  return { path, bytes, external };
}

const notOnnx = (path: string, found: string): StageInputError =>
  new StageInputError('not-onnx', `expected an ONNX file, found ${found}`, { file: path });

async function isFolderAt(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found !== null) return found.isDirectory();
  throw new StageInputError(
    'encoder-missing',
    `${path} does not exist; set \`path\` to an ONNX file, or to a folder with one`,
    { file: path },
  );
}

async function onlyFileOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.toLowerCase().endsWith('.onnx')).sort();
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return join(folder, only);
  throw new StageInputError(
    'which-encoder',
    names.length === 0
      ? `expected one .onnx file in ${folder}, found none`
      : `expected one .onnx file in ${folder}, found ${names.join(', ')}; set \`path\` to one of them, or, if it has weights in files of their own, put it with them into a folder`,
    { file: folder },
  );
}

async function checkExternal(path: string, external: readonly string[], isFolder: boolean): Promise<void> {
  const outside = external.find((file) => /^(\.\.|[/\\]|[a-z]:)/i.test(normalize(file)));
  if (outside !== undefined)
    throw new StageInputError('external-data', `it keeps weights in ${outside}, outside of its folder`, { file: path });
  const names = external.join(', ');
  for (const file of external)
    if ((await stat(join(dirname(path), file)).catch(() => null)) === null)
      throw new StageInputError(
        'external-data',
        `it keeps weights in ${names}, and ${file} is missing; put it beside ${basename(path)}, under that name`,
        { file: path },
      );
  if (!isFolder)
    throw new StageInputError(
      'external-data',
      `it keeps weights in ${names}; set \`path\` to the folder of these files, ${dirname(path)}, so that all of them count in the key. It must hold one .onnx file`,
      { file: path },
    );
}
