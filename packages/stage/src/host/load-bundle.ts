import { pathToFileURL } from 'node:url';
import type { Declaration } from '../declaration.js';

/** Imports the file of a stage, which exports its declaration as default. */
export async function loadBundle(file: string): Promise<Declaration> {
  const bundle: { readonly default?: unknown } = await import(pathToFileURL(file).href);
  if (isDeclaration(bundle.default)) return bundle.default;
  throw new TypeError(`${file} does not export a stage declaration as default`);
}

function isDeclaration(value: unknown): value is Declaration {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}
