import { machine, middle, time } from '../kernels/report.js';
import type { EngineSide, Row } from './steps.js';

/** Seconds of a step, a number a round. */
export interface Measured {
  readonly id: string;
  readonly times: Readonly<Record<EngineSide, readonly number[]>>;
  readonly load: number;
  readonly day: string;
}

const MOST_OF_NATIVE = 6;
const MOST_OF_ONE_THREAD = 0.6;

const ratios = ({ times }: Measured, side: EngineSide, other: EngineSide): number[] =>
  times[side].map((seconds, round) => seconds / times[other][round]!);

/** Least, middle and largest ratio of the rounds. */
export function ratioOf(measured: Measured, side: EngineSide, other: EngineSide): string {
  const all = ratios(measured, side, other);
  return [Math.min(...all), middle(all), Math.max(...all)].map((value) => value.toFixed(2)).join(' / ');
}

function line({ title }: Row, measured: Measured): string {
  const isKept =
    middle(ratios(measured, 'wasm-2', 'native')) <= MOST_OF_NATIVE &&
    middle(ratios(measured, 'wasm-2', 'wasm-1')) <= MOST_OF_ONE_THREAD;
  return `| ${[
    title,
    time(middle(measured.times.native)),
    time(middle(measured.times['wasm-1'])),
    time(middle(measured.times['wasm-2'])),
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
  return `# WebAssembly beside the native engine

Written by \`npx nx run bench:wasm\`; [engine.md](../engine.md) says how WebAssembly comes to more than one thread. Every side is
a process of its own; they are timed in turn, a round of each after the other, and a ratio is taken within a round: least / middle /
largest. A step is forward, backward and the update, the batch handed to the engine and the loss read back included.
Two threads may take ${MOST_OF_NATIVE} times as long as native with two, and ${MOST_OF_ONE_THREAD} of the time of one thread. Load is the average number of running
processes when the rounds began.

Machine: ${machine()}.

| step | native, 2 threads | WASM, 1 thread | WASM, 2 threads | of native | of one thread | kept | rounds | load | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
