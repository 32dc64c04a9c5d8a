import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** Folder and version of an installed package, as seen from this file (or from the bundle that it is part of). */
export function locatePackage(name: string): { readonly folder: string; readonly version: string } {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null || !('version' in content))
    throw new Error(`${file}: no version`);
  return { folder: dirname(file), version: String(content.version) };
}
