import { statfs } from 'node:fs/promises';
import type { EngineFacts } from '@twoshot/engine/setup';
import { exitCodes } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';
import { version } from '../version.js';

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const row = (name: string, text: string): string => `${name.padEnd(10)} ${text}`;

async function freeOn(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  return gibibytes(bavail * bsize);
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function engineRows({ engine, forced, ready, folder }: EngineFacts): string[] {
  const { backend, library, device, instructions, native } = engine;
  return [
    row('engine', `${backend}, ${library}${forced ? ', asked for by TWOSHOT_ENGINE' : ''}`),
    row('', `${device}, ${instructions}`),
    ...(native === null ? [] : [row('', `${ready ? 'set up' : 'not set up yet'}, in ${folder}`)]),
  ];
}

/** What the machine has, what a container leaves of it, and the threads that follow. */
function machineRows({ processor, machine, threads, freeMemory }: EngineFacts): string[] {
  const { processors, limits } = machine;
  const left = [
    ...(limits.cores === null ? [] : [`${Number(limits.cores.toFixed(2))} cores`]),
    ...(limits.memory === null ? [] : [`${gibibytes(limits.memory)} of memory`]),
  ];
  return [
    row('processor', `${processor}, ${counted(processors, 'core')}`),
    row('memory', `${gibibytes(machine.totalMemory)}, ${gibibytes(freeMemory)} free`),
    row('limits', left.length === 0 ? 'none' : `${left.join(', ')} (control group)`),
    row('threads', `${threads.threads}, from ${threads.from}`),
  ];
}

async function speedRow(): Promise<string> {
  const { measureEngine } = await import('@twoshot/engine/setup');
  const { convolution, product, startSeconds } = await measureEngine();
  const speeds = `${convolution.toFixed(1)} GFLOP/s in convolutions, ${product.toFixed(1)} in matrix products`;
  return row('speed', `${speeds}; starts in ${startSeconds.toFixed(1)} s`);
}

/** `twoshot doctor` */
export const doctor: Command = async (_, { stdout, stderr, workspace }) => {
  const [{ gatherEngineFacts }, { UnknownEngineError }, { ThreadCountError }] = await Promise.all([
    import('@twoshot/engine/setup'),
    import('@twoshot/engine/identity'),
    import('@twoshot/machine'),
  ]);
  let facts: EngineFacts;
  try {
    facts = await gatherEngineFacts();
  } catch (error) {
    if (!(error instanceof UnknownEngineError || error instanceof ThreadCountError)) throw error;
    writeLine(stderr, error.message);
    return exitCodes.mistake;
  }
  const { versions, ready, missing } = facts;
  const lines = [
    row('twoshot', `${version()}, node ${versions.node}, tfjs ${versions.tfjs}, ${process.platform} ${process.arch}`),
    ...engineRows(facts),
    ...machineRows(facts),
    row('disk', `${await freeOn(workspace)} free at ${workspace}`),
    ...missing.flatMap(({ missing: what, fix, cost }) => [
      row('missing', what),
      row('  mend it', fix),
      row('  without', cost),
    ]),
  ];
  for (const line of lines) writeLine(stdout, line);
  if (ready) writeLine(stdout, await speedRow());
  else if (missing.length === 0)
    writeLine(stdout, row('next', 'twoshot engine setup; the first run that needs the engine does it, too'));
  return exitCodes.done;
};
