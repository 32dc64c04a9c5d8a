import { freemem, totalmem } from 'node:os';
import { statfs } from 'node:fs/promises';
import type { EngineChoice } from '@twoshot/engine/identity';
import { exitCodes } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';
import { measureSpeed } from '../measure-speed.js';
import { version } from '../version.js';

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const row = (name: string, text: string): string => `${name.padEnd(10)} ${text}`;

async function freeOn(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  return gibibytes(bavail * bsize);
}

function engineRows(choice: EngineChoice, threads: number): string[] {
  const { library, device, instructions, threads: used, native } = choice.identity(threads);
  return [
    row('engine', `${choice.kind}, ${library}${choice.forced ? ', asked for by TWOSHOT_ENGINE' : ''}`),
    row('', `${device}, ${instructions}, ${used} thread${used === 1 ? '' : 's'}`),
    ...(native === null
      ? []
      : [row('', `native build ${native.slice(0, 12)}, ${choice.ready ? 'ready' : 'not set up yet'}`)]),
  ];
}

/** `twoshot doctor` */
export const doctor: Command = async (_, { stdout, stderr, workspace }) => {
  const [{ chooseEngine, UnknownEngineError }, { describeFailure }, { availableParallelism }] = await Promise.all([
    import('@twoshot/engine/identity'),
    import('@twoshot/engine/setup'),
    import('node:os'),
  ]);
  let choice: EngineChoice;
  try {
    choice = chooseEngine();
  } catch (error) {
    if (!(error instanceof UnknownEngineError)) throw error;
    writeLine(stderr, error.message);
    return exitCodes.mistake;
  }
  const threads = availableParallelism();
  const lines = [
    row('twoshot', `${version()}, node ${process.version}, ${process.platform} ${process.arch}`),
    ...engineRows(choice, threads),
    row('cores', String(threads)),
    row('memory', `${gibibytes(totalmem())}, ${gibibytes(freemem())} free`),
    row('disk', `${await freeOn(workspace)} free at ${workspace}`),
  ];
  for (const line of lines) writeLine(stdout, line);
  if (choice.ready)
    writeLine(
      stdout,
      row(
        'speed',
        `${(await measureSpeed(choice.kind, threads)).toFixed(1)} GFLOP/s (matrix products for five seconds)`,
      ),
    );
  else writeLine(stdout, row('next', 'twoshot engine setup, or any run: it sets the engine up by itself'));
  if (choice.failure !== null) {
    const { missing, fix, cost } = describeFailure(choice.failure);
    writeLine(stdout, [row('missing', missing), row('next', fix), row('without', cost)].join('\n'));
  }
  return exitCodes.done;
};
