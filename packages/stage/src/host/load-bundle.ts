import { pathToFileURL } from 'node:url';
import type { startBackend } from '@twoshot/engine/backend';
import type { Declaration } from '../declaration.js';

/** What the file of a stage exports. */
export interface StageBundle {
  readonly declaration: Declaration;
  /** The engine's start as the stage was bundled with it; null where the stage does not use the engine. */
  readonly startBackend: typeof startBackend | null;
}

/** Imports the file of a stage, which exports its declaration as default. */
export async function loadBundle(file: string): Promise<StageBundle> {
  const bundle: { readonly default?: unknown; readonly startBackend?: unknown } = await import(
    pathToFileURL(file).href
  );
  if (!isDeclaration(bundle.default)) throw new TypeError(`${file} does not export a stage declaration as default`);
  return { declaration: bundle.default, startBackend: isStart(bundle.startBackend) ? bundle.startBackend : null };
}

function isDeclaration(value: unknown): value is Declaration {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}

const isStart = (value: unknown): value is typeof startBackend => typeof value === 'function';
