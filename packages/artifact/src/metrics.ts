import { join } from 'node:path';
import type { Json, Metrics } from './contents.js';
import { member, readDocument, writeDocument } from './json-document.js';

const fileName = 'metrics.json';

/** Writes figures with their protocol; a figure that is no finite number is refused. */
export async function writeMetrics(dir: string, { values, protocol, confusion, classNames }: Metrics): Promise<void> {
  await writeDocument(join(dir, fileName), { values, protocol: { ...protocol }, confusion, classNames });
}

export async function readMetrics(dir: string): Promise<Metrics> {
  const file = join(dir, fileName);
  const document = await readDocument(file);
  const part = <T>(name: string): T => member(file, document, name) as Json as T;
  return {
    values: part('values'),
    protocol: part('protocol'),
    confusion: part('confusion'),
    classNames: part('classNames'),
  };
}
