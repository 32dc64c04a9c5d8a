import type { Manifest } from './manifest.js';
import type { Store } from './store.js';

/** Enough to find the result before a change, few enough to stay fast. */
const remembered = 12;

/** Distinct earlier results of a stage, latest first. */
export async function earlierResults(store: Store, stage: string): Promise<readonly Manifest[]> {
  const keys = [...new Set([...(await store.history(stage))].reverse())].slice(0, remembered);
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await store.result(key);
    if (manifest !== null) manifests.push(manifest);
  }
  return manifests;
}
