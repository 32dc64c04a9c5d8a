import { dirname, resolve } from 'node:path';
import { failed, quote, success, type Failure, type Result } from '@twoshot/diagnostics';
import { isRecord, offeringPackages, placeIn } from './packages.js';

/**
 * Finds the stores that packages offer under `twoshot.stores` of their package.json. Nothing is imported.
 *
 * @returns absolute paths of the files that open them, by the scheme of their addresses
 */
export async function discoverStores(workspace: string): Promise<Result<ReadonlyMap<string, string>>> {
  const manifests = await offeringPackages(workspace);
  if (!manifests.ok) return manifests;
  const stores = new Map<string, string>();
  const failures: Failure[] = [];
  for (const manifest of manifests.value) {
    const twoshot = manifest.content['twoshot'];
    const offered = isRecord(twoshot) ? (twoshot['stores'] ?? {}) : {};
    const broken = (message: string, expected: string, ...path: string[]): void => {
      const where = placeIn(manifest, ['twoshot', 'stores', ...path]);
      failures.push({ code: 'broken-catalogue', message, where, expected });
    };
    if (!isRecord(offered)) {
      broken('the stores are not a map', 'a map from a scheme to a file');
      continue;
    }
    for (const [scheme, file] of Object.entries(offered)) {
      if (!/^[a-z][a-z0-9-]+$/.test(scheme))
        broken(`${quote(scheme)} is not a valid scheme`, 'at least two lower-case letters', scheme);
      else if (typeof file !== 'string')
        broken(`the store ${quote(scheme)} names no file`, 'a path relative to this package.json', scheme);
      else if (stores.has(scheme)) broken(`two packages offer a store ${quote(scheme)}`, 'one package', scheme);
      else stores.set(scheme, resolve(dirname(manifest.file), file));
    }
  }
  return failures.length > 0 ? failed(...failures) : success(stores);
}
