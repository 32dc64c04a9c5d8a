import type { Manifest } from './manifest.js';
import type { Store } from './store.js';

/** Enough to find the result before a change, few enough to stay fast. */
const remembered = 12;

/**
 * Distinct earlier results of a stage, latest first.
 *
 * @param count at most; the default suits every stage of a run
 */
export async function earlierResults(store: Store, stage: string, count = remembered): Promise<readonly Manifest[]> {
  const keys = [...new Set([...(await store.history(stage))].reverse())].slice(0, count);
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await store.result(key);
    if (manifest !== null) manifests.push(manifest);
  }
  return manifests;
}
