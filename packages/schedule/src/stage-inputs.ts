import type { RunRequest } from '@twoshot/stage/host';
import type { Store } from '@twoshot/store';
import { mapWired, type StoredInput, type Wired } from './task-context.js';

/**
 * Gives the inputs of a stage their paths, once their content is known to be what was stored.
 *
 * @throws DamagedArtifactError
 */
export const placeInputs = (inputs: Wired<StoredInput>, store: Store): Promise<RunRequest['inputs']> =>
  mapWired(inputs, async (input) => ({ ...input, path: await store.materialise(input.digest) }));

/**
 * Drops the inputs that were changed while a stage ran, so that they are made again: nobody may write to an artifact,
 * but not every disk and not every user can be kept from it.
 *
 * @returns the ports
 */
export async function dropChangedInputs(inputs: Wired<StoredInput>, store: Store): Promise<readonly string[]> {
  const changed = new Set<string>();
  for (const [port, wired] of Object.entries(inputs))
    for (const { digest } of [wired ?? []].flat()) {
      if (await store.hasArtifact(digest)) continue;
      changed.add(port);
      await store.dropArtifact(digest);
    }
  return [...changed];
}
