import type { StageNode } from '@twoshot/language';
import type { Bundle } from './bundle.js';
import { bundlerVersion } from './bundler-version.js';
import { FileWatch, remembered } from './memo.js';

/** Raised when the same sources would be bundled in another way. */
const bundleFormat = '2';

/** Gives the bundle of a stage; each is made or looked up once in a run. */
export interface StageBundles {
  of(node: Pick<StageNode, 'entry' | 'declaration'>): Promise<Bundle>;
}

/**
 * The entry of a stage's bundle. A stage that takes the engine has the engine's start in its bundle, since its kernels and
 * gradients are part of what the stage computes; how the native library is brought is not.
 */
const entryCode = (entry: string, engine: boolean): string =>
  [
    `export { default } from ${JSON.stringify(entry)};`,
    ...(engine ? [`export { startBackend } from ${JSON.stringify('@twoshot/engine/backend')};`] : []),
  ].join('\n');

/** @param cache of the workspace; bundles in it find the packages of the workspace */
export function stageBundles(workspace: string, cache: string): StageBundles {
  const watch = new FileWatch();
  const made = new Map<string, Promise<Bundle>>();
  const make = (entry: string, engine: boolean): Promise<Bundle> =>
    remembered(
      cache,
      { entry, engine: String(engine), bundler: bundlerVersion(), format: bundleFormat, workspace },
      watch,
      async () => {
        // The bundler costs a tenth of a second to load, which a run that has everything cached goes without.
        const { buildBundle } = await import('./bundle.js');
        return buildBundle(workspace, cache, entryCode(entry, engine), entry);
      },
    );
  return {
    of({ entry, declaration }) {
      const bundle = made.get(entry) ?? make(entry, declaration.engine === true);
      made.set(entry, bundle);
      return bundle;
    },
  };
}
