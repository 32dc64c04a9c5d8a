import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '@twoshot/disk';
import { readManifest, type Manifest } from './manifest.js';
import type { Store } from './store.js';

/** Far enough back to find the result that a change came from, near enough to stay quick. */
const remembered = 12;

async function keysOf(store: Store, stage: string): Promise<readonly string[]> {
  try {
    return (await readFile(store.history(stage), 'utf8')).split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Notes which result a stage of a pipeline has come to. Lines of this length are appended whole, also by two runs at
 * once.
 */
export async function remember(store: Store, stage: string, key: string): Promise<void> {
  const keys = await keysOf(store, stage);
  if (keys.at(-1) === key) return;
  await mkdir(dirname(store.history(stage)), { recursive: true });
  // Starts with a line end too: a process that died here may have left half a line.
  await appendFile(store.history(stage), `\n${key}\n`);
}

/** The results that a stage came to before, latest first, each once. */
export async function earlierResults(store: Store, stage: string): Promise<readonly Manifest[]> {
  const keys = [...new Set([...(await keysOf(store, stage))].reverse())].slice(0, remembered);
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await readManifest(store, key);
    if (manifest !== null) manifests.push(manifest);
  }
  return manifests;
}
