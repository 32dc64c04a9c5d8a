import { machine, megabytes, median, time } from '../kernels/report.js';
import { threads } from '../kernels/side.js';
import type { Row, SideName } from './work.js';

/** Seconds of a call, a number a round, and what else was seen of a row. */
export interface Measured {
  readonly id: string;
  readonly seconds: Readonly<Partial<Record<SideName, readonly number[]>>>;
  /** Most memory of the process, in bytes. */
  readonly peak: Readonly<Partial<Record<SideName, number>>>;
  readonly load: number;
  readonly day: string;
}

const eager = ['default', 'channels-last'] as const;

/** PyTorch's faster layout without compilation. */
export function bestEager({ seconds }: Measured): (typeof eager)[number] | null {
  const measured = eager.filter((side) => seconds[side] !== undefined);
  return measured.toSorted((a, b) => median(seconds[a]!) - median(seconds[b]!))[0] ?? null;
}

/** Our time over another side's in the same round. */
export function ratios({ seconds }: Measured, ours: SideName, theirs: SideName): number[] {
  return (seconds[ours] ?? []).map((value, round) => value / seconds[theirs]![round]!);
}

const spread = (values: readonly number[]): string =>
  [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(2)).join(' / ');

const against = (measured: Measured, ours: SideName, theirs: SideName | null): string =>
  theirs === null || measured.seconds[ours] === undefined || measured.seconds[theirs] === undefined
    ? ''
    : spread(ratios(measured, ours, theirs));

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const columns: readonly (readonly [SideName, string])[] = [
  ['native', 'native'],
  ['fixed', 'native, no augmentation'],
  ['wasm', 'WASM'],
  ['plain', 'plain tfjs'],
  ['default', 'PyTorch'],
  ['channels-last', 'channels-last'],
  ['compile', 'compiled'],
];

function tableOf(rows: readonly Row[], results: ReadonlyMap<string, Measured>): string {
  const sides = columns.filter(([side]) => rows.some((row) => row.sides.includes(side)));
  const has = (side: SideName): boolean => sides.some(([name]) => name === side);
  const speeds = rows.some(({ operations }) => operations !== undefined);
  const heading = [
    'row',
    ...sides.map(([, title]) => title),
    'native / best eager',
    'at most',
    'kept',
    ...(has('compile') ? ['native / compiled'] : []),
    ...(has('plain') ? ['native / plain'] : []),
    ...(has('fixed') ? ['native / no augmentation'] : []),
    ...(speeds ? ['native GFLOP/s'] : []),
    'peak memory',
    'load',
    'day',
  ];
  const lines = rows.map((row) => {
    const measured = results.get(row.id)!;
    const best = bestEager(measured);
    const ratio = best === null ? null : median(ratios(measured, 'native', best));
    return tableRow([
      row.title,
      ...sides.map(([side]) => (measured.seconds[side] === undefined ? '' : time(median(measured.seconds[side])))),
      against(measured, 'native', best),
      row.maximum === null ? '' : `${row.maximum}`,
      row.maximum === null || ratio === null ? '' : ratio <= row.maximum ? 'yes' : '**no**',
      ...(has('compile') ? [against(measured, 'native', 'compile')] : []),
      ...(has('plain') ? [against(measured, 'native', 'plain')] : []),
      ...(has('fixed') ? [against(measured, 'native', 'fixed')] : []),
      ...(speeds ? [row.operations === undefined ? '' : speedOf(row.operations, measured.seconds.native!)] : []),
      best === null ? '' : `${megabytes(measured.peak.native!)}, ${megabytes(measured.peak[best]!)}`,
      measured.load.toFixed(1),
      measured.day,
    ]);
  });
  return [tableRow(heading), tableRow(heading.map(() => '---')), ...lines].join('\n');
}

const speedOf = (operations: number, seconds: readonly number[]): string =>
  (operations / median(seconds) / 1e9).toFixed(0);

const titles: Readonly<Record<Row['table'], string>> = {
  step: 'Training step',
  forward: 'Forward only, in evaluation mode',
  course: 'Training with augmented images of CIFAR-10',
  optimiser: 'One update alone',
  start: 'Start-up to the first step',
  peak: 'What the machine can do',
};

/** The whole page. */
export function page(rows: readonly Row[], results: ReadonlyMap<string, Measured>, versions: string): string {
  const done = rows.filter(({ id }) => results.has(id));
  const parts = (Object.keys(titles) as Row['table'][]).flatMap((table) => {
    const part = done.filter((row) => row.table === table);
    return part.length === 0 ? [] : [`## ${titles[table]}`, tableOf(part, results)];
  });
  const small = done.flatMap(({ id, wasmBatch }) => (wasmBatch === undefined ? [] : [`${id}: ${wasmBatch}`]));
  return `# Training compared with PyTorch

Written by \`npx nx run bench:training\`; [performance.md](../performance.md) says how the figures come about. Every side is a
process of its own with ${threads} threads; they are timed in turn, a round of each after the other. A ratio is our time over the
other's in the same round, minimum / median / maximum; below 1 we are faster. "Best eager" is the faster of PyTorch's default layout and
channels-last; "compiled" is \`torch.compile\` with channels-last. Plain tfjs is the layers of TensorFlow.js on the same native
library, without a kernel of ours. Peak memory is that of the whole process, ours first, then that of the best eager one (without
its data loader's workers). Load is the average number of running processes when the rounds began: the two that are
measured and their threads count, so that 2 is what a machine of its own shows.

Machine: ${machine()}. References: ${versions}. Images are 32 x 32; a training step is forward, backward and gradient
descent with momentum and weight decay, loss read back, the batch handed to the engine included. WASM takes smaller batches and
its time is scaled to the whole one (${small.join(', ')}).

${parts.join('\n\n')}

\`node tools/run-typescript.mjs tools/bench/training.bench.ts ID...\` measures single rows, with \`--add\` it adds rounds to those
that are there: ${done.map(({ id }) => `\`${id}\``).join(', ')}.
`;
}
