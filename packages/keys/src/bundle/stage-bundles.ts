import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { success } from '@twoshot/diagnostics';
import { loadStage, type StageLoader, type StageNode } from '@twoshot/language';
import { isData, type Description } from '@twoshot/stage';
import { KnownFiles } from '../files/known-files.js';
import { isSettled } from '../files/snapshot.js';
import { bundlerVersion } from './bundler-version.js';
import type { CodeRecord } from './code-record.js';
import { isWholeBundle } from './folder-digest.js';
import { contentOf, readMemo, writeMemo, type Memo } from './memo.js';

/** Raised when the same sources would be bundled in another way, or described in another form. */
const bundleFormat = '3';

/** One stage's code, ready to run. */
export interface StageBundle {
  /** File that a host imports. */
  readonly file: string;
  /** Digest of the code. */
  readonly hash: string;
  /** Where the digest comes from. */
  code(): CodeRecord;
}

/** What stages declare and the bundles of their code; each is made or looked up once in a run. */
export interface StageBundles {
  /** Gives what a stage declares; its file is imported only where its code is not as it was last time. */
  readonly load: StageLoader;
  of(node: Pick<StageNode, 'entry' | 'declaration'>): Promise<StageBundle>;
  /**
   * The file of a stage's bundle, for a host that is about to import it: one that was edited, cut off or emptied since it
   * was written is made anew, since what runs is what was hashed.
   *
   * @param hash that the key of the stage rests on
   * @returns null where the sources have another one by now
   */
  whole(node: Pick<StageNode, 'entry' | 'declaration'>, hash: string): Promise<string | null>;
}

/**
 * The entry of a stage's bundle. A stage that uses the engine has the engine's start in its bundle, since its kernels
 * and gradients are part of what the stage computes; the installation of the native library is not.
 */
const entryCode = (entry: string, engine: boolean): string =>
  [
    `export { default } from ${JSON.stringify(entry)};`,
    ...(engine ? [`export { startBackend } from ${JSON.stringify('@twoshot/engine/backend')};`] : []),
  ].join('\n');

/**
 * @param cache of the workspace; bundles in it find the packages of the workspace
 * @param started when this process began, in milliseconds since 1970
 */
export function stageBundles(workspace: string, cache: string, started: number = performance.timeOrigin): StageBundles {
  const files = new KnownFiles(workspace, join(cache, 'files.json'));
  const memos = new Map<string, Memo | null>();
  const made = new Map<string, Promise<StageBundle>>();

  const pathOf = (entry: string): string =>
    join(cache, 'memo', `${digestOf({ entry, bundler: bundlerVersion(), format: bundleFormat, workspace })}.json`);

  const readValid = (entry: string): Memo | null => {
    const memo = readMemo(pathOf(entry));
    return memo !== null && contentOf(memo.sources, files) === memo.content && existsSync(memo.file) ? memo : null;
  };

  const memoOf = (entry: string): Memo | null => {
    const known = memos.get(entry);
    const memo = known === undefined ? readValid(entry) : known;
    memos.set(entry, memo);
    return memo;
  };

  /** What was imported is what stands in the sources only if they are older than this process. */
  const certain = (declaration: Description, sources: readonly string[]): Description | null =>
    isData(declaration) && sources.every((source) => isSettled(files.look(source)!, started)) ? declaration : null;

  const build = async (entry: string, declaration: Description): Promise<StageBundle> => {
    const engine = declaration.engine === true;
    // Loading the bundler takes 0.1 s, which a fully cached run saves.
    const { buildBundle } = await import('./bundle.js');
    // Times of files have fractions of a millisecond.
    const began = Date.now() + 1;
    const { file, code, sources: paths } = await buildBundle(workspace, cache, entryCode(entry, engine), entry);
    const sources = paths.map((path) => (path.startsWith(workspace + sep) ? path.slice(workspace.length + 1) : path));
    const content = contentOf(sources, files);
    const isOfNow = content !== null && sources.every((source) => files.look(source)!.changed < began);
    // A file that was changed meanwhile may be in the bundle as it was before.
    if (isOfNow)
      await writeMemo(
        pathOf(entry),
        { declaration: certain(declaration, sources), engine, hash: code.hash, file, sources, content },
        code,
      );
    return { file, hash: code.hash, code: () => code };
  };

  const make = async (entry: string, declaration: Description): Promise<StageBundle> => {
    const memo = memoOf(entry);
    if (memo === null || memo.engine !== (declaration.engine === true)) return build(entry, declaration);
    if (memo.declaration === null) {
      const now = certain(declaration, memo.sources);
      if (now !== null) await writeMemo(pathOf(entry), { ...memo, declaration: now }, memo.code());
    }
    return memo;
  };

  return {
    async load(entry) {
      const declaration = memoOf(entry.entry)?.declaration ?? null;
      return declaration?.name === entry.name ? success({ ...entry, declaration }) : loadStage(entry);
    },
    of({ entry, declaration }) {
      const bundle = made.get(entry) ?? make(entry, declaration).finally(() => files.keep());
      made.set(entry, bundle);
      return bundle;
    },
    async whole(node, hash) {
      const looked = this.of(node);
      const bundle = await looked;
      if (await isWholeBundle(bundle.file)) return bundle.file;
      // One of several that found it out makes it anew.
      if (made.get(node.entry) === looked) made.set(node.entry, build(node.entry, node.declaration));
      const again = await made.get(node.entry)!;
      return again.hash === hash ? again.file : null;
    },
  };
}
