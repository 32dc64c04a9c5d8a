import { machine, median, time } from '../kernels/report.js';
import type { EngineSide, Row } from './steps.js';

/** Seconds of a step, a number a round. */
export interface Measured {
  readonly id: string;
  readonly times: Readonly<Record<EngineSide, readonly number[]>>;
  readonly load: number;
  readonly day: string;
}

const MAXIMUM_OF_NATIVE = 6;
const MAXIMUM_OF_ONE_THREAD = 0.6;

const ratios = ({ times }: Measured, side: EngineSide, other: EngineSide): number[] =>
  times[side].map((seconds, round) => seconds / times[other][round]!);

/** Minimum, median and maximum ratio of the rounds. */
export function ratioOf(measured: Measured, side: EngineSide, other: EngineSide): string {
  const all = ratios(measured, side, other);
  return [Math.min(...all), median(all), Math.max(...all)].map((value) => value.toFixed(2)).join(' / ');
}

function line({ title }: Row, measured: Measured): string {
  const isKept =
    median(ratios(measured, 'wasm-2', 'native')) <= MAXIMUM_OF_NATIVE &&
    median(ratios(measured, 'wasm-2', 'wasm-1')) <= MAXIMUM_OF_ONE_THREAD;
  return `| ${[
    title,
    time(median(measured.times.native)),
    time(median(measured.times['wasm-1'])),
    time(median(measured.times['wasm-2'])),
    ratioOf(measured, 'wasm-2', 'native'),
    ratioOf(measured, 'wasm-2', 'wasm-1'),
    isKept ? 'yes' : '**no**',
    `${measured.times.native.length}`,
    measured.load.toFixed(1),
    measured.day,
  ].join(' | ')} |`;
}

export function page(rows: readonly Row[], results: ReadonlyMap<string, Measured>): string {
  const lines = rows.flatMap((row) => {
    const measured = results.get(row.id);
    return measured === undefined ? [] : [line(row, measured)];
  });
  return `# WebAssembly compared with the native engine

Written by \`npx nx run bench:wasm\`; [engine.md](../engine.md) says how WebAssembly comes to more than one thread. Every side is
a process of its own; they are timed in turn, a round of each after the other, and a ratio is taken within a round: minimum / median /
largest. A step is forward, backward and the update, the batch handed to the engine and the loss read back included.
Two threads may take ${MAXIMUM_OF_NATIVE} times as long as native with two, and ${MAXIMUM_OF_ONE_THREAD} of the time of one thread. Load is the average number of running
processes when the rounds began.

Machine: ${machine()}.

| step | native, 2 threads | WASM, 1 thread | WASM, 2 threads | of native | of one thread | kept | rounds | load | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
