import { basename, relative, sep } from 'node:path';
import { isLeftover } from '@twoshot/disk';
import { kindOfFile } from '@twoshot/image-files';
import { watch } from 'chokidar';
import { requireFolder } from './label-folder.js';
import type { Answer, Predictor } from './predictor.js';

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Milliseconds that a file must not have grown before it is read. Default 500. */
  readonly stable?: number;
  /** Called once all files that were there have been seen. */
  readonly onReady?: () => void;
}

const nobody = (): void => undefined;

/**
 * Labels the images of a folder, and those that come, until it is aborted: a file once it has stopped growing, and again
 * when it changes.
 *
 * @throws StageInputError where there is no folder
 */
export async function* watchFolder(
  predictor: Predictor,
  folder: string,
  { signal, stable = 500, onReady }: WatchOptions,
): AsyncGenerator<Answer> {
  await requireFolder(folder);
  const waiting = new Set<string>();
  let wake = nobody;
  const add = (path: string): void => {
    waiting.add(path);
    wake();
  };
  const watcher = watch(folder, {
    ignored: (path) => path !== folder && isLeftover(basename(path)),
    awaitWriteFinish: { stabilityThreshold: stable, pollInterval: Math.min(100, stable) },
  });
  // A file that cannot be looked at is told when it is read.
  watcher
    .on('add', add)
    .on('change', add)
    .on('error', () => undefined);
  watcher.on('ready', () => onReady?.());
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const paths = [...waiting].sort();
      waiting.clear();
      for (const path of paths) {
        if (signal.aborted) return;
        if ((await kindOfFile(path)) !== 'images') continue;
        yield* await predictor.label([{ file: relative(folder, path).replaceAll(sep, '/'), path }]);
      }
      if (waiting.size === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}
