import type { Manifest } from './manifest.js';
import type { Store } from './store.js';

/** Far enough back to find the result that a change came from, near enough to stay quick. */
const remembered = 12;

/** The results that a stage came to before, latest first, each once. */
export async function earlierResults(store: Store, stage: string): Promise<readonly Manifest[]> {
  const keys = [...new Set([...(await store.history(stage))].reverse())].slice(0, remembered);
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await store.result(key);
    if (manifest !== null) manifests.push(manifest);
  }
  return manifests;
}
