import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@twoshot/disk';
import { OutsideError } from '@twoshot/stage';
import { damageOf, describeWheelFailure, fillCache, missingRoom, publish, type WheelFailure } from '@twoshot/wheels';
import { describeNpmFailure, type NpmFailure, unpackPackage } from './npm-package.js';
import { type NpmPackage, type RuntimeKind, runtimePackages } from './runtime-packages.js';

/** Folder of the user's cache that holds onnxruntime. */
export const runtimeFolder = 'onnxruntime';

export interface Installing {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Unpacked files take about this many times the bytes of the archive. */
const unpacked = 2;

type Packages = readonly [NpmPackage, ...NpmPackage[]];

/** Where a kind of onnxruntime lies in the user's cache, whether or not it is there. */
export function locateRuntime(
  kind: RuntimeKind,
  packages: Packages = runtimePackages[kind],
): { readonly folder: string; readonly modules: string } {
  const system = kind === 'native' ? `-${process.platform}-${process.arch}` : '';
  const folder = join(cacheFolder(), runtimeFolder, `${packages[0].name}-${packages[0].version}${system}`);
  return { folder, modules: join(folder, 'node_modules') };
}

/**
 * Installs onnxruntime in the user's cache, unless it is there.
 *
 * @returns the folder `node_modules` that holds it
 * @throws OutsideError `onnxruntime-unavailable`
 */
export async function installRuntime(
  kind: RuntimeKind,
  { log, signal }: Installing,
  packages: Packages = runtimePackages[kind],
): Promise<string> {
  const { folder, modules } = locateRuntime(kind, packages);
  const expected = packages.map(({ name }) => join('node_modules', name, 'package.json'));
  const isThere = (): boolean => damageOf(folder, expected) === null;
  if (isThere()) return modules;
  const bytes = packages.reduce((sum, one) => sum + one.bytes, 0);
  const plan = { folder: join(cacheFolder(), runtimeFolder), peak: (1 + unpacked) * bytes, isThere };
  const install = async (scratch: string): Promise<NpmFailure | WheelFailure | null> => {
    const full = await missingRoom(plan);
    if (full !== null) return full;
    const staged = join(scratch, 'staged');
    await mkdir(staged);
    for (const one of packages) {
      log(`downloading ${one.name} ${one.version} (${Math.ceil(one.bytes / 1e6)} MB) by npm`);
      const target = join(staged, 'node_modules', one.name);
      const failure = await unpackPackage(one, await mkdtemp(join(scratch, 'npm-')), target, signal);
      if (failure !== null) return failure;
    }
    // What is there is not whole.
    await rm(folder, { recursive: true, force: true });
    await publish(staged, folder);
    log(`installed onnxruntime in ${folder}`);
    return null;
  };
  const options = { signal, onWait: (pid: number) => log(`process ${pid} is installing onnxruntime`) };
  const failure = await fillCache<NpmFailure | WheelFailure>(plan, options, install);
  if (failure === null) return modules;
  const [missing, fix] = isOfNpm(failure)
    ? describeNpmFailure(failure)
    : describeWheelFailure(failure, 'the library of onnxruntime');
  throw new OutsideError(
    'onnxruntime-unavailable',
    `onnxruntime is not installed: ${missing}; ${fix}. Or copy ${folder} from a machine that has it`,
  );
}

const isOfNpm = (failure: NpmFailure | WheelFailure): failure is NpmFailure =>
  ['npm-missing', 'npm-failed', 'other-integrity'].includes(failure.kind);
