import { machine, median, time } from '../kernels/report.js';

/** One run of a pipeline. */
export interface Times {
  readonly threads: number;
  /** Seconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
}

export interface Measured {
  readonly pipeline: string;
  /** Of the backbone's training, and those of the pipeline itself. */
  readonly steps: number;
  readonly wholeSteps: number;
  readonly load: number;
  readonly day: string;
  /** A run for each number of threads, in turn. */
  readonly rounds: readonly (readonly Times[])[];
}

/** Stages below this share of the time on the first number of threads are left to the line of all together. */
const smallestShare = 0.01;

export const total = ({ stages }: Times): number => Object.values(stages).reduce((sum, seconds) => sum + seconds, 0);

function row(name: string, { rounds }: Measured, secondsOf: (times: Times) => number): string {
  const seconds = rounds[0]!.map((_, at) => rounds.map((times) => secondsOf(times[at]!)));
  const [first, ...others] = seconds;
  const gains = others.map((own) => {
    const all = own.map((value, round) => first![round]! / value);
    return [Math.min(...all), median(all), Math.max(...all)].map((value) => value.toFixed(2)).join(' / ');
  });
  return `| ${[name, ...seconds.map((own) => time(median(own))), ...gains].join(' | ')} |`;
}

/** The page: how much faster every stage is on more threads. */
export function page(measured: Measured): string {
  const { pipeline, steps, wholeSteps, load, day, rounds } = measured;
  const [first] = rounds;
  const counts = first!.map(({ threads }) => `${threads} thread${threads === 1 ? '' : 's'}`);
  const listed = Object.keys(first![0]!.stages).filter(
    (stage) => first![0]!.stages[stage]! >= smallestShare * total(first![0]!),
  );
  const columns = ['stage', ...counts, ...counts.slice(1).map((count) => `${count}, times as fast`)];
  return `# Threads

Written by \`npx nx run bench:threads\`: \`${pipeline}\` on an empty store with ${counts.join(' and ')}, in turn, ${rounds.length} round${rounds.length === 1 ? '' : 's'};
\`backbone\` trains ${steps} of its ${wholeSteps} steps. One stage runs at a time (\`--jobs 1\`), and its time holds the start of its process
and of the engine. How many times as fast is a ratio within a round: minimum / median / maximum. Load when it began: ${load.toFixed(1)}.

Machine: ${machine()}, native engine, ${day}.

| ${columns.join(' | ')} |
| ${columns.map(() => '---').join(' | ')} |
${listed.map((stage) => row(stage, measured, ({ stages }) => stages[stage]!)).join('\n')}
${row('all stages', measured, total)}
`;
}
