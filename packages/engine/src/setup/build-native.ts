import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, statfs, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode, withLock } from '@twoshot/disk';
import { compileBinding, findCompiler } from './compile.js';
import { downloadWheel, findPip } from './download.js';
import type { SetupFailure } from './failure.js';
import { isBuilt, type NativeBuild } from './native-build.js';
import type { SetupProgress } from './progress.js';
import type { Footprint, Wheel } from './wheels.js';
import { unzip } from './zip.js';

/** What is to be built, where, and from what. */
export interface BuildPlan {
  readonly build: NativeBuild;
  /** Holds the build, the lock and the scratch folders. */
  readonly folder: string;
  readonly wheels: readonly Wheel[];
  readonly footprint: Footprint;
}

export interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SetupProgress) => void;
}

const UNPACK_STEP = 50e6;
/** A folder that may not be written, or a file where a folder should be. */
const notWritable = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST']);

/**
 * Builds what is missing of a plan. Everything is made in a scratch folder and appears by a rename. Two processes
 * wait for each other; a killed one leaves its scratch folder, which the next one sweeps away.
 *
 * @returns null when the build is there
 */
export async function buildNative(plan: BuildPlan, options: BuildOptions = {}): Promise<SetupFailure | null> {
  const { folder, footprint } = plan;
  try {
    await mkdir(folder, { recursive: true });
    return await withLock(join(folder, 'lock'), () => buildMissing(plan, options), {
      ...(options.signal && { signal: options.signal }),
      onWait: ({ pid }) => options.onProgress?.({ phase: 'wait', text: `process ${pid} is setting up the engine` }),
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return { kind: 'disk-full', folder, needed: footprint.peak, free: await freeBytes(folder) };
    }
    if (notWritable.has(code)) {
      return { kind: 'cache-not-writable', folder, reason: String(error) };
    }
    throw error;
  }
}

async function buildMissing(plan: BuildPlan, options: BuildOptions): Promise<SetupFailure | null> {
  const { build, folder } = plan;
  if (isBuilt(build)) return null;
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('scratch-')) await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 3 });
  }
  // Asked first: a download of minutes is no use without a compiler.
  const compiler = await findCompiler();
  if (typeof compiler !== 'string') return compiler;
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  try {
    return (await installLibrary(plan, scratch, options)) ?? (await installBinding(plan, compiler, scratch, options));
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function installLibrary(plan: BuildPlan, scratch: string, options: BuildOptions): Promise<SetupFailure | null> {
  const { build, folder, wheels, footprint } = plan;
  if (existsSync(build.libraryFolder)) return null;
  const free = await freeBytes(scratch);
  const diskFull = { kind: 'disk-full', folder, needed: footprint.peak, free } as const;
  if (free !== null && free < footprint.peak) return diskFull;
  const pip = await findPip();
  if ('kind' in pip) return pip;
  const staged = join(scratch, basename(build.libraryFolder));
  await mkdir(staged);
  const meter = { downloaded: 0, unpacked: 0 };
  for (const wheel of wheels) {
    const path = await fetchWheel(pip, wheel, scratch, footprint, meter, options);
    if (typeof path !== 'string') return path.kind === 'disk-full' ? diskFull : path;
    await unpack(path, wheel, staged, footprint, meter, options);
    await unlink(path);
  }
  await publish(staged, build.libraryFolder);
  return null;
}

interface Meter {
  downloaded: number;
  unpacked: number;
}

async function fetchWheel(
  pip: Exclude<Awaited<ReturnType<typeof findPip>>, SetupFailure>,
  wheel: Wheel,
  scratch: string,
  { download }: Footprint,
  meter: Meter,
  { signal, onProgress }: BuildOptions,
): Promise<string | SetupFailure> {
  const before = meter.downloaded;
  const tell = (): void => {
    const text = `downloading ${wheel.project} ${wheel.version}`;
    onProgress?.({ phase: 'download', text, done: Math.min(meter.downloaded, download), total: download });
  };
  tell();
  return downloadWheel(pip, wheel, await mkdtemp(join(scratch, 'wheel-')), {
    ...(signal && { signal }),
    onBytes: (bytes) => {
      meter.downloaded = before + bytes;
      tell();
    },
  });
}

async function unpack(
  path: string,
  wheel: Wheel,
  staged: string,
  { kept }: Footprint,
  meter: Meter,
  { signal, onProgress }: BuildOptions,
): Promise<void> {
  let told = meter.unpacked;
  await unzip(
    path,
    staged,
    (member) => wheel.wants(member),
    (bytes) => {
      signal?.throwIfAborted();
      meter.unpacked += bytes;
      if (meter.unpacked - told < UNPACK_STEP) return;
      told = meter.unpacked;
      onProgress?.({ phase: 'unpack', text: `unpacking ${wheel.project}`, done: Math.min(told, kept), total: kept });
    },
  );
}

async function installBinding(
  { build, folder, footprint }: BuildPlan,
  compiler: string,
  scratch: string,
  { signal, onProgress }: BuildOptions,
): Promise<SetupFailure | null> {
  onProgress?.({ phase: 'compile', text: 'compiling the binding' });
  const output = join(scratch, basename(build.bindingFile));
  const failure = await compileBinding(build, compiler, output, signal);
  if (failure !== null) return failure.kind === 'disk-full' ? { ...failure, folder, needed: footprint.peak } : failure;
  const staged = join(scratch, basename(build.bindingFolder));
  await mkdir(staged);
  await rename(output, join(staged, basename(build.bindingFile)));
  await publish(staged, build.bindingFolder);
  return null;
}

/** Where a dead owner's lock was taken over twice, another process may have been as fast; both builds are equal. */
async function publish(staged: string, target: string): Promise<void> {
  try {
    await rename(staged, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
