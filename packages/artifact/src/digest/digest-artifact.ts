import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ArtifactError } from '../artifact-error.js';
import { canonicalJson, sha256 } from '../canonical-json.js';
import { readDocument } from '../json-document.js';
import { readSafetensorsHeader } from '../safetensors.js';

/** Increased when the same content would get another digest. */
const digestFormat = 1;

/**
 * Logical digest of an artifact: hex sha256 over the content of its files, each taken by its type. It does not
 * depend on how rows are cut into batches, on dictionary encoding, on the order of metadata, of JSON keys and of
 * tensors, nor on padding. Files are streamed.
 *
 * @throws ArtifactError for a truncated or foreign file
 */
export async function digestArtifact(dir: string): Promise<string> {
  const files: string[][] = [];
  for (const path of await filesIn(dir)) {
    const [type, content] = await digestFile(path);
    files.push([relative(dir, path).split(sep).join('/'), type, content]);
  }
  files.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return sha256(canonicalJson({ format: digestFormat, files }));
}

async function filesIn(dir: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.push(path);
    else if (!entry.isDirectory()) throw new ArtifactError(path, 'a plain file', 'a link or a device');
  }
  return files;
}

async function digestFile(path: string): Promise<[type: string, digest: string]> {
  if (path.endsWith('.arrow')) {
    const { describeTable } = await import('./digest-table.js');
    return ['arrow', sha256(await describeTable(path))];
  }
  if (path.endsWith('.json')) return ['json', sha256(canonicalJson(await readDocument(path)))];
  if (path.endsWith('.safetensors')) return ['safetensors', sha256(await describeTensors(path))];
  return ['bytes', await hashRange(path, 0, Infinity)];
}

/** Canonical description of a safetensors file; the order of the tensors and the padding do not show. */
async function describeTensors(path: string): Promise<string> {
  const { tensors, metadata } = await readSafetensorsHeader(path);
  const described: [string, { dtype: string; shape: readonly number[]; data: string }][] = [];
  for (const { name, dtype, shape, begin, end } of tensors)
    described.push([name, { dtype, shape, data: await hashRange(path, begin, end) }]);
  return canonicalJson({ tensors: Object.fromEntries(described), metadata });
}

/** sha256 of bytes [begin, end) of a file. */
async function hashRange(path: string, begin: number, end: number): Promise<string> {
  const hash = createHash('sha256');
  if (end > begin)
    for await (const chunk of createReadStream(path, { start: begin, end: end - 1, highWaterMark: 1 << 20 })) {
      const bytes: Buffer = chunk;
      hash.update(bytes);
    }
  return hash.digest('hex');
}
