import type { EngineFacts, EngineSpeed } from '@twoshot/engine/setup';
import { version } from './version.js';

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const row = (name: string, text: string): string => `${name.padEnd(10)} ${text}`;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function engineRows({ engine, forced, ready, damage, folder }: EngineFacts): string[] {
  const { backend, library, device, instructions } = engine;
  const needsSetUp = backend === 'native' || backend === 'cuda';
  return [
    row('engine', `${backend}, ${library}${forced ? ', selected by TWOSHOT_ENGINE' : ''}`),
    row('', `${device}, ${instructions}`),
    ...(needsSetUp ? [row('', damage ?? `${ready ? 'installed' : 'not installed yet'}, in ${folder}`)] : []),
  ];
}

/** What the machine has, what a container allows of it, and the resulting number of threads. */
function machineRows({ processor, machine, threads, freeMemory }: EngineFacts): string[] {
  const { processors, limits } = machine;
  const left = [
    ...(limits.cores === null ? [] : [counted(Number(limits.cores.toFixed(2)), 'core')]),
    ...(limits.memory === null ? [] : [`${gibibytes(limits.memory)} of memory`]),
  ];
  return [
    row('processor', `${processor}, ${counted(processors, 'core')}`),
    row('memory', `${gibibytes(machine.totalMemory)}, ${gibibytes(freeMemory)} free`),
    row('limits', left.length === 0 ? 'none' : `${left.join(', ')} (control group)`),
    row('threads', `${threads.threads}, from ${threads.from}`),
  ];
}

/** What `twoshot doctor` prints before it measures anything. @param disk bytes that are free at the workspace */
export function factLines(facts: EngineFacts, disk: { readonly workspace: string; readonly free: number }): string[] {
  const { versions, ready, damage, missing } = facts;
  const isToSetUp = !ready && missing.length === 0;
  return [
    row('twoshot', `${version()}, node ${versions.node}, tfjs ${versions.tfjs}, ${process.platform} ${process.arch}`),
    ...engineRows(facts),
    ...machineRows(facts),
    row('disk', `${gibibytes(disk.free)} free at ${disk.workspace}`),
    ...missing.flatMap(({ missing: what, fix, cost }) => [
      row('missing', what),
      row('  to fix', fix),
      row('  without', cost),
    ]),
    ...(isToSetUp && damage !== null ? [row('next', 'twoshot engine setup reinstalls it')] : []),
    ...(isToSetUp && damage === null
      ? [row('next', 'twoshot engine setup, or start a run: the first one that needs the engine installs it')]
      : []),
  ];
}

/** The line with the measured speed of the engine. */
export const speedText = ({ convolution, product, startSeconds }: EngineSpeed): string =>
  row(
    'speed',
    `${convolution.toFixed(1)} GFLOP/s in convolutions, ${product.toFixed(1)} in matrix products; starts in ${startSeconds.toFixed(1)} s`,
  );
