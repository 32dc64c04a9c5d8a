import { DamagedArtifactError } from './damaged-artifact.js';
import type { Store } from './store.js';

/** What a store holds, and what of it is not as it was stored. */
export interface StoreCheck {
  readonly artifacts: number;
  readonly results: number;
  /** Digests of artifacts with another content; they are dropped. */
  readonly damagedArtifacts: readonly string[];
  /** Keys of results that cannot be used: changed themselves, or without one of their artifacts. */
  readonly damagedResults: readonly string[];
}

/**
 * Reads all that is in a store. What is damaged counts as not there from then on.
 *
 * @param tell gets the number of artifacts read so far
 * @throws the reason of `signal` when it is aborted
 */
export async function verifyStore(
  store: Store,
  signal: AbortSignal,
  tell: (done: number, total: number) => void = () => undefined,
): Promise<StoreCheck> {
  const [artifacts, results] = [await store.artifacts(), await store.results()];
  const damagedArtifacts: string[] = [];
  for (const [at, digest] of artifacts.entries()) {
    signal.throwIfAborted();
    if (!(await isWhole(store, digest))) damagedArtifacts.push(digest);
    tell(at + 1, artifacts.length);
  }
  const damagedResults: string[] = [];
  for (const key of results) {
    signal.throwIfAborted();
    const manifest = await store.result(key);
    const outputs = Object.values(manifest?.outputs ?? {});
    const present = await Promise.all(outputs.map(({ digest }) => store.hasArtifact(digest)));
    if (manifest === null || !present.every(Boolean)) damagedResults.push(key);
  }
  return { artifacts: artifacts.length, results: results.length, damagedArtifacts, damagedResults };
}

async function isWhole(store: Store, digest: string): Promise<boolean> {
  try {
    await store.materialise(digest);
    return true;
  } catch (error) {
    if (error instanceof DamagedArtifactError) return false;
    throw error;
  }
}
