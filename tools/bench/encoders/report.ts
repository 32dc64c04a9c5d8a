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

/** Median of onnxruntime's over ours, round by round: above 1 we are faster. */
export function gain({ times }: Measured, side: 'native' | 'wasm', what: keyof Times): number {
  return median(times[side][what].map((value, round) => times.onnxruntime[what][round]! / value));
}

const rate = (seconds: readonly number[]): string => (1 / median(seconds)).toFixed(1);
const milliseconds = (seconds: readonly number[]): string => (1000 * Math.min(...seconds)).toFixed(1);

function line(row: Row, measured: Measured): string {
  const { times, differences } = measured;
  const what = row.files ? 'files' : `batch ${row.batch}`;
  return `| ${[
    `${row.network.replace('efficientnet-lite', 'Lite')}, ${row.size} px, ${what}`,
    ...encoderSides.map((side) => rate(times[side].seconds)),
    gain(measured, 'native', 'seconds').toFixed(2),
    gain(measured, 'wasm', 'seconds').toFixed(2),
    ...encoderSides.map((side) => milliseconds(times[side].cpu)),
    gain(measured, 'native', 'cpu').toFixed(2),
    gain(measured, 'wasm', 'cpu').toFixed(2),
    Math.max(differences.native, differences.wasm).toExponential(0),
    `${times.native.seconds.length}`,
    measured.load.toFixed(1),
    measured.day,
  ].join(' | ')} |`;
}

export function page(rows: readonly Row[], results: ReadonlyMap<string, Measured>): string {
  const lines = rows.flatMap((row) => {
    const measured = results.get(row.id);
    return measured === undefined ? [] : [line(row, measured)];
  });
  return `# Image encoders compared with onnxruntime

Written by \`npx nx run bench:encoders\`: EfficientNet-Lite with the same weights on the native engine, on WebAssembly and in
onnxruntime-node ${onnxruntimeVersion} (graph optimisation \`all\`, sequential), two threads each, every side a process of its own, in turn. _files_ decodes
and resizes photographs by the same code on all sides while the network computes on those before; the other rows take images
that are ready. A ratio is onnxruntime's time over ours in the same round, the median of the rounds: above 1 we are faster. Time of the cores
is the minimum of the rounds; where other work runs on the machine (load) it says more than the clock. The last but three is the
largest difference of a feature.

Machine: ${machine()}.

| network | native images/s | WASM | onnxruntime | native / onnxruntime | WASM / onnxruntime | native ms of a core an image | WASM | onnxruntime | native / onnxruntime | WASM / onnxruntime | difference | rounds | load | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
