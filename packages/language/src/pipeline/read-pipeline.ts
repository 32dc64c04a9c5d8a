import { dirname, resolve } from 'node:path';
import {
  commandLine,
  describeValue,
  displayPath,
  failed,
  type Failure,
  quote,
  type Result,
  success,
  type Where,
} from '@twoshot/diagnostics';
import { IrregularFileError, readRegularFile, systemCode } from '@twoshot/disk';
import { plain } from '../yaml/located.js';
import { maxBytes, maxFiles } from '../limits.js';
import { noChanges } from './changes.js';
import { mergePipelines, type Merged } from './merge.js';
import { findRemovedSources } from './removed-stages.js';
import { parseYamlOnce } from '../yaml/cached-yaml.js';

/** Reads a pipeline file of a workspace and merges it into those that it extends. */
export async function readPipeline(file: string, workspace: string): Promise<Result<Merged>> {
  const read = await readChain(resolve(file), workspace, [], null);
  if (!read.ok) return read;
  const dangling = findRemovedSources(read.value.document, read.value.changes.removed);
  return dangling.length > 0 ? failed(...dangling) : read;
}

async function readChain(
  file: string,
  workspace: string,
  below: readonly string[],
  from: Where | null,
): Promise<Result<Merged>> {
  const cycle = below.indexOf(file);
  if (cycle >= 0) {
    const path = [...below.slice(cycle), file].map((each) => quote(displayPath(each, dirname(file))));
    return failed({
      code: 'extends-cycle',
      message: `a pipeline extends itself: ${path.join(' -> ')}`,
      where: from,
      next: 'remove `extends` from one of them',
    });
  }
  if (below.length >= maxFiles)
    return failed({
      code: 'too-large',
      message: `more than ${maxFiles} pipelines extend each other`,
      where: from,
      expected: `at most ${maxFiles}`,
    });
  const text = await readText(file, from);
  if (!text.ok) return text;
  const parsed = await parseYamlOnce({ file, text: text.value }, workspace);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  if (document.type !== 'map') {
    return failed({
      code: 'wrong-shape',
      message: 'this is not a pipeline',
      where: document.where,
      expected: 'a map with `stages`',
      found: describeValue(plain(document)),
    });
  }
  const base = document.entries.get('extends')?.value;
  if (base === undefined) return success({ document, changes: noChanges });
  if (base.type !== 'scalar' || typeof base.value !== 'string') {
    return failed({
      code: 'wrong-shape',
      message: '`extends` is not a path',
      where: base.where,
      expected: 'the path of another pipeline file, relative to this one',
    });
  }
  const inherited = await readChain(resolve(dirname(file), base.value), workspace, [...below, file], base.where);
  if (!inherited.ok) return inherited;
  const { failures, ...merged } = mergePipelines(inherited.value, document);
  return failures.length > 0 ? failed(...failures) : success(merged);
}

async function readText(file: string, from: Where | null): Promise<Result<string>> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, { limit: maxBytes, followLinks: true });
  } catch (error) {
    return failed(unreadable(file, from, error));
  }
  try {
    return success(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return failed(wrongEncoding(file, bytes));
  }
}

/** With the position of the first byte that is not UTF-8. */
function wrongEncoding(file: string, bytes: Buffer): Failure {
  const before = bytes.toString('utf8').split('\uFFFD', 1)[0]!;
  const lines = before.split('\n');
  const byte = bytes[Buffer.byteLength(before)] ?? 0;
  const marked = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
  return {
    code: 'file-unreadable',
    message: 'the file is not UTF-8',
    where: { file, line: lines.length, column: lines.at(-1)!.length + 1 },
    expected: 'UTF-8 text',
    found: marked ? 'UTF-16' : `the byte 0x${byte.toString(16).toUpperCase()}`,
    next: 'save it as UTF-8 text',
  };
}

function unreadable(file: string, from: Where | null, error: unknown): Failure {
  const shown = quote(displayPath(file));
  if (systemCode(error) === 'ENOENT') {
    const missing = from === null ? shown : quote(displayPath(file, dirname(from.file)));
    return {
      code: 'pipeline-not-found',
      message: `there is no file ${missing}`,
      where: from,
      expected: from === null ? 'a pipeline file' : 'the path of another pipeline file, relative to this one',
    };
  }
  if (error instanceof IrregularFileError)
    return {
      code: error.found.startsWith('a file') ? 'too-large' : 'file-unreadable',
      message: `${shown} is no pipeline file`,
      where: from ?? { file: commandLine, line: 1, column: 1 },
      expected: `a file of at most ${maxBytes} bytes`,
      found: error.found,
    };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'file-unreadable',
    message: `${shown} cannot be read: ${message}`,
    where: from ?? { file: commandLine, line: 1, column: 1 },
  };
}
