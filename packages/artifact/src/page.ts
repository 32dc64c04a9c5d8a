import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes one file of a page, e.g. `page.html`, `curves.svg`. */
export async function writePage(dir: string, fileName: string, content: string | Uint8Array): Promise<void> {
  const path = join(dir, fileName);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
