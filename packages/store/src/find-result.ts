import type { Kind } from '@twoshot/artifact';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { type BaseDocument, fillIn, keyOf, type Readable } from '@twoshot/keys';
import type { Manifest } from './manifest.js';
import type { Store } from './store.js';

/** Result of a look-up; `damaged` is a result whose artifacts, or list of artifacts, have changed in the store. */
export type Found =
  | { readonly state: 'hit'; readonly manifest: Manifest }
  | { readonly state: 'damaged'; readonly manifest: Manifest }
  | { readonly state: 'miss' };

/** Declared outputs of a stage, by port. */
export type DeclaredOutputs = Readonly<Record<string, { readonly kind: Kind }>>;

async function isWhole(store: Store, { outputs }: Manifest, declared: DeclaredOutputs): Promise<boolean> {
  const ports = Object.keys(declared);
  const given = Object.keys(outputs).length === ports.length;
  if (!given || !ports.every((port) => outputs[port]?.kind === declared[port]?.kind)) return false;
  const intact = await Promise.all(Object.values(outputs).map(({ digest }) => store.hasArtifact(digest)));
  return intact.every(Boolean);
}

/**
 * Looks a result up in two steps: the base document leads to the read sets of its results; a hit is a result whose read
 * set, filled with current values, equals its key document, and which has the declared outputs.
 */
export async function findResult(
  store: Store,
  declared: DeclaredOutputs,
  base: BaseDocument,
  now: Readable,
): Promise<Found> {
  let damaged: Manifest | null = null;
  for (const reads of await store.readSets(digestOf(base))) {
    const manifest = await store.result(keyOf(fillIn(base, reads, now)));
    if (manifest === null) continue;
    if (await isWhole(store, manifest, declared)) return { state: 'hit', manifest };
    damaged = manifest;
  }
  return damaged === null ? { state: 'miss' } : { state: 'damaged', manifest: damaged };
}
