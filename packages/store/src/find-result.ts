import { digestOf } from '@twoshot/artifact/canonical-json';
import { type BaseDocument, fillIn, keyOf, type Readable } from '@twoshot/keys';
import type { Manifest } from './manifest.js';
import type { Store } from './store.js';

/** What a look-up found; `damaged` is a result whose artifacts are not in the store as they were. */
export type Found =
  | { readonly state: 'hit'; readonly manifest: Manifest }
  | { readonly state: 'damaged'; readonly manifest: Manifest }
  | { readonly state: 'miss' };

async function isWhole(store: Store, { outputs }: Manifest): Promise<boolean> {
  const intact = await Promise.all(Object.values(outputs).map(({ digest }) => store.hasArtifact(digest)));
  return intact.every(Boolean);
}

/**
 * Looks a result up in two steps: the base document leads to the read sets that results with it had; a hit is a result
 * whose read set, filled with the values of today, is its key document.
 */
export async function findResult(store: Store, base: BaseDocument, now: Readable): Promise<Found> {
  let damaged: Manifest | null = null;
  for (const reads of await store.readSets(digestOf(base))) {
    const manifest = await store.result(keyOf(fillIn(base, reads, now)));
    if (manifest === null) continue;
    if (await isWhole(store, manifest)) return { state: 'hit', manifest };
    damaged = manifest;
  }
  return damaged === null ? { state: 'miss' } : { state: 'damaged', manifest: damaged };
}
