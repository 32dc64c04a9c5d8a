import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { startEngine } from '@twoshot/engine';
import type { GoldenTensor } from './op-table.js';
import { opTables } from './ops/index.js';

interface Case {
  readonly id: string;
  readonly op: string;
  readonly params: Readonly<Record<string, never>>;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
}

const folder = new URL('cases/', import.meta.url);

beforeAll(async () => {
  await startEngine('native');
});

async function casesOfEveryOp(): Promise<{ family: string; golden: Case }[]> {
  const found = new Map<string, { family: string; golden: Case }>();
  for (const name of (await readdir(folder)).sort()) {
    const { family, cases } = JSON.parse(await readFile(new URL(name, folder), 'utf8')) as {
      family: string;
      cases: Case[];
    };
    for (const golden of cases)
      if (!found.has(`${family}/${golden.op}`)) found.set(`${family}/${golden.op}`, { family, golden });
  }
  return [...found.values()];
}

/** The same inputs with one value that is no number. */
function poisoned(inputs: Case['inputs'], name: string, value: number): Case['inputs'] {
  const input = inputs[name]!;
  const data = [...input.data];
  data[data.length >> 1] = value;
  return { ...inputs, [name]: { ...input, data } };
}

type Results = Awaited<ReturnType<(typeof opTables)[string][string]['run']>>;

const numbersOf = (results: Results): number[] =>
  Object.values(results).flatMap((result) =>
    typeof result === 'number' ? [result] : Array.from('data' in result ? result.data : result),
  );

/** What training runs through hands it on, and the training loop refuses the loss with its step and rows. */
const handsOn = new Set(['layers', 'losses-metric', 'losses-ssl', 'optim-schedules']);

test(
  'a value that is not finite is refused with its place, or makes the loss that the loop refuses',
  {
    timeout: 120_000,
  },
  async () => {
    const problems: string[] = [];
    for (const { family, golden } of await casesOfEveryOp()) {
      const op = opTables[family]![golden.op]!;
      for (const [name, input] of Object.entries(golden.inputs)) {
        if (input.dtype !== 'float32' || input.data.length === 0) continue;
        // Layers may be right to make a finite number of infinity: its sigmoid is 1.
        for (const value of family === 'layers' ? [Number.NaN] : [Number.NaN, Number.POSITIVE_INFINITY]) {
          const what = `${family} ${golden.op}: ${value} in ${name}`;
          try {
            const results = await op.run(golden.params, poisoned(golden.inputs, name, value));
            if (handsOn.has(family) && numbersOf(results).some((number) => !Number.isFinite(number))) continue;
            // An input that these params do not ask for.
            const usual = await op.run(golden.params, golden.inputs);
            if (JSON.stringify(numbersOf(results)) !== JSON.stringify(numbersOf(usual)))
              problems.push(`${what} goes unnoticed`);
          } catch (error) {
            const message = error instanceof RangeError ? error.message : `no RangeError: ${String(error)}`;
            if (!/(NaN|Infinity) (in (row|picture)|at|for model) \d+/.test(message))
              problems.push(`${what}: ${message}`);
          }
        }
      }
    }
    expect(problems).toEqual([]);
  },
);
