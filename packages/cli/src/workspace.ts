import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout of this program. */
export const ownWorkspace = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');

/** The workspace around a folder: the nearest one above it in which stages can run, or else the program's own. */
export function findWorkspace(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const installed = existsSync(join(folder, 'node_modules', '@twoshot', 'stage'));
    if (installed && existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return ownWorkspace;
  }
}
