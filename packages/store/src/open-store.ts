import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeValue, failed, listNames, nearest, quote, type Failure, type Result } from '@twoshot/diagnostics';
import { discoverStores } from '@twoshot/language';
import { openDirectory } from './directory/open-directory.js';
import type { Store, StoreMode, StoreOptions, StoreProvider } from './store.js';

/** One letter before the colon is a drive of Windows. */
const scheme = /^([a-z][a-z0-9-]+):/;

/** The address of a store from what a user typed: `scheme:rest` as it is, anything else as an absolute path. */
export const storeAddress = (typed: string, cwd: string): string => (scheme.test(typed) ? typed : resolve(cwd, typed));

const isProvider = (value: unknown): value is StoreProvider =>
  typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';

/**
 * Opens a store by its address: a directory, or the store that a package of the workspace offers for the scheme.
 *
 * @param address as returned by `storeAddress`
 */
export async function openStore(
  address: string,
  workspace: string,
  mode: StoreMode,
  options: StoreOptions = {},
): Promise<Result<Store>> {
  const named = scheme.exec(address)?.[1];
  if (named === undefined) return openDirectory(address, mode, options);
  const stores = await discoverStores(workspace);
  if (!stores.ok) return stores;
  const file = stores.value.get(named);
  if (file === undefined) return failed(unknownScheme(named, [...stores.value.keys()]));
  const loaded: unknown = await import(pathToFileURL(file).href);
  const provider: unknown =
    typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : null;
  if (!isProvider(provider))
    return failed({
      code: 'unknown-store',
      message: `the store ${quote(named)} cannot be opened: the default export of ${file} is not a store provider`,
      where: null,
      expected: '`export default { open(address, mode, options) { ... } }`',
      found: describeValue(provider),
    });
  return provider.open(address, mode, options);
}

function unknownScheme(named: string, known: readonly string[]): Failure {
  const near = nearest(named, known);
  return {
    code: 'unknown-store',
    message: `no package offers a store for ${quote(`${named}:`)}`,
    where: null,
    expected:
      known.length === 0
        ? 'a path: no package of the workspace offers a store'
        : `a path, or one of ${listNames(known)}`,
    ...(near === null ? {} : { nearest: near }),
    next: 'use a folder with --store, or install the package and list it in package.json of the workspace',
  };
}
