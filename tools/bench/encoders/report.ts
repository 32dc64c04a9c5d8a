import { machine, median } from '../kernels/report.js';
import { onnxruntimeVersion } from './onnxruntime.js';
import { type EncoderSide, encoderSides, type Row } from './rows.js';

/** Seconds of an image in every round: by the clock, and of all cores together. */
export interface Times {
  readonly seconds: readonly number[];
  readonly cpu: readonly number[];
}

export interface Measured {
  readonly id: string;
  readonly times: Readonly<Record<EncoderSide, Times>>;
  /** Largest difference of a feature to onnxruntime's. */
  readonly differences: Readonly<Record<'native' | 'wasm', number>>;
  readonly load: number;
  readonly day: string;
}

const best = (rounds: readonly number[]): number => Math.min(...rounds);

/** onnxruntime's best round over ours, then the median of the rounds: above 1 we are faster. */
export function rateRatios({ times }: Measured, side: 'native' | 'wasm'): readonly [number, number] {
  const [ours, theirs] = [times[side].seconds, times.onnxruntime.seconds];
  return [best(theirs) / best(ours), median(ours.map((value, round) => theirs[round]! / value))];
}

/** Time of the cores in onnxruntime's best round, on one thread or two, over that in ours. */
export function coreRatio({ times }: Measured, side: 'native' | 'wasm'): number {
  return Math.min(best(times.onnxruntime.cpu), best(times['onnxruntime-1'].cpu)) / best(times[side].cpu);
}

const pair = (ratios: readonly number[]): string => ratios.map((ratio) => ratio.toFixed(2)).join(' / ');

function line(row: Row, measured: Measured): string {
  const { times, differences } = measured;
  const cells = [
    `${row.network.replace('efficientnet-lite', 'Lite')}, ${row.size} px, ${row.files ? 'files' : `batch ${row.batch}`}`,
    ...encoderSides.map((side) => (1 / best(times[side].seconds)).toFixed(0)),
    pair(rateRatios(measured, 'native')),
    pair(rateRatios(measured, 'wasm')),
    ...encoderSides.map((side) => (1000 * best(times[side].cpu)).toFixed(1)),
    coreRatio(measured, 'native').toFixed(2),
    coreRatio(measured, 'wasm').toFixed(2),
    Math.max(differences.native, differences.wasm).toExponential(0),
    `${times.native.seconds.length}`,
    measured.load.toFixed(1),
    measured.day,
  ];
  return `| ${cells.join(' | ')} |`;
}

const sides = 'native | WASM | onnxruntime | the same, 1 thread';

export function page(rows: readonly Row[], results: ReadonlyMap<string, Measured>): string {
  const lines = rows.flatMap((row) => {
    const measured = results.get(row.id);
    return measured === undefined ? [] : [line(row, measured)];
  });
  return `# Image encoders compared with onnxruntime

Written by \`npx nx run bench:encoders\`: EfficientNet-Lite with the same weights on the native engine, on WebAssembly and in
onnxruntime-node ${onnxruntimeVersion} (graph optimisation \`all\`, sequential), two threads each but for the last, every side a process of its own, in
turn. _files_ decodes and resizes photographs of 512 x 384 by the same code on all sides, while the network computes on those before; the other rows
take images that are ready.

Images a second are those of the best round. Their ratio is ours over onnxruntime's on two threads, of the best rounds / the median of the
rounds: above 1 we are faster. Then come milliseconds of all cores together an image in the best round, and the smaller one of
onnxruntime's two over ours: threads that wait by spinning count there. Where other work ran on the machine (load well above the number of cores), the
time of the cores says more than the clock. The difference is the largest of a feature.

Machine: ${machine()}.

| images a second: | ${sides} | ratio native | ratio WASM | ms of the cores: ${sides} | ratio native | ratio WASM | difference | rounds | load | day |
|${' --- |'.repeat(17)}
${lines.join('\n')}
`;
}
