import { cpus, loadavg, release, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Kernel } from './kernel.js';
import { threads } from './side.js';

/** Times of one kernel, a number a round. */
export interface Measured {
  readonly id: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly memory: { readonly ours: number; readonly theirs: number };
  readonly agreement: string;
  readonly load: number;
  readonly day: string;
}

export const loadNow = (): number => loadavg()[0]!;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const ratios = ({ ours, theirs }: Measured): number[] => ours.map((seconds, round) => seconds / theirs[round]!);

/** Whether the median round keeps what was promised. */
function keeps(kernel: Kernel, measured: Measured): boolean {
  return (
    (kernel.maximum === null || median(ratios(measured)) <= kernel.maximum) &&
    (kernel.seconds === undefined || median(measured.ours) <= kernel.seconds)
  );
}

export function time(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  return seconds >= 0.01 ? `${(seconds * 1000).toFixed(0)} ms` : `${(seconds * 1000).toFixed(2)} ms`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

function bound({ maximum, seconds }: Kernel): string {
  const parts = [maximum === null ? '' : `${maximum}x`, seconds === undefined ? '' : `${seconds} s`];
  return parts.filter((part) => part !== '').join(', ');
}

function row(kernel: Kernel, measured: Measured): string {
  const all = ratios(measured);
  const spread = [Math.min(...all), median(all), Math.max(...all)].map((value) => value.toFixed(3)).join(' / ');
  return `| ${[
    kernel.title,
    kernel.reference,
    time(median(measured.ours)),
    time(median(measured.theirs)),
    spread,
    bound(kernel),
    keeps(kernel, measured) ? 'yes' : '**no**',
    `${megabytes(measured.memory.ours)}, ${megabytes(measured.memory.theirs)}`,
    measured.agreement,
    `${all.length}`,
    measured.load.toFixed(1),
    measured.day,
  ].join(' | ')} |`;
}

const notes = (part: readonly Kernel[]): string =>
  part.flatMap(({ title, note }) => (note === undefined ? [] : [`- ${title}: ${note}\n`])).join('');

const heading = `| kernel | reference | ours | reference's | ratio min / median / max | at most | kept | peak memory | answers | rounds | load | day |
|---|---|---|---|---|---|---|---|---|---|---|---|`;

/** Cores, instruction sets, memory, system, Node. */
export const machine = (): string =>
  `${cpus().length} cores (${flags()}), ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release().split('.').slice(0, 2).join('.')}, Node ${process.versions.node}`;

function flags(): string {
  const known = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16'];
  const present = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(/\s+/) ?? [];
  return known.filter((flag) => present.includes(flag)).join(', ');
}

/** The whole page: a table of kernels and one of losses. */
export function page(kernels: readonly Kernel[], results: ReadonlyMap<string, Measured>, versions: string): string {
  const done = kernels.filter(({ id }) => results.has(id));
  const table = (part: readonly Kernel[]): string =>
    [heading, ...part.map((kernel) => row(kernel, results.get(kernel.id)!))].join('\n');
  const losses = done.filter(({ group }) => group === 'losses');
  const fast = losses.filter(({ id }) => median(ratios(results.get(id)!)) <= 1).length;
  return `# Kernels compared with their reference libraries

Written by \`npx nx run bench:kernels\`. Both sides take the same numbers in the same run, ${threads} threads each, in turn: one
round of ours, one of the reference's. A ratio is our time over the reference's in the same round; below 1 we are
faster. Peak memory is that of the whole process, ours first: interpreter, engine, libraries, inputs and answers. Load
is the machine's average number of running processes when the rounds of a row began: where it is well above the number of
cores, other work ran at the same time. A row keeps the figures of the day it was last measured.

Machine: ${machine()}, native engine. References: ${versions}.

${table(done.filter(({ group }) => group !== 'losses'))}

${notes(done)}
## Metric losses, 256 x 128, forward and backward

${losses.length === 0 ? '' : `${fast} of ${losses.length} take at most the reference's time, as at least half of them should; all should take at most twice of it. Where the reference\ntakes a millisecond or two, most of ours goes into calls of TensorFlow.js: two products, slices and what carries them back.\n`}
${table(losses)}

The reference libraries are installed into an environment of their own in the cache (about 6 GB, nearly all of it what PyPI's
PyTorch installs for GPUs). \`node tools/run-typescript.mjs tools/bench/kernels.bench.ts ID...\` measures single rows:
${done.map(({ id }) => `\`${id}\``).join(', ')}.
`;
}
