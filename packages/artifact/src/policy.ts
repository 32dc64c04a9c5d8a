import { join } from 'node:path';
import type { Json } from './contents.js';
import { readDocument, writeDocument } from './json-document.js';

const fileName = 'policy.json';

/** Writes an augmentation policy; its meaning belongs to the views package. */
export async function writePolicy(dir: string, policy: Json): Promise<void> {
  await writeDocument(join(dir, fileName), policy);
}

export async function readPolicy(dir: string): Promise<Json> {
  return readDocument(join(dir, fileName));
}
