import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFamilies } from './case-files.js';
import type { GoldenInputs, GoldenOutputs } from './op-table.js';
import { opTables } from './ops/index.js';

beforeAll(() => startEngineUnderTest());

/** The same inputs with one value that is not finite. */
function poisoned(inputs: GoldenInputs, name: string, value: number): GoldenInputs {
  const input = inputs[name]!;
  const data = [...input.data];
  data[data.length >> 1] = value;
  return { ...inputs, [name]: { ...input, data } };
}

const numbersOf = (results: GoldenOutputs): number[] =>
  Object.values(results).flatMap((result) =>
    typeof result === 'number' ? [result] : Array.from('data' in result ? result.data : result),
  );

const families = await readFamilies(new URL('cases', import.meta.url).pathname);

describe.each(families)(
  'a value that is not finite is refused with its place, or spoils the loss: $family',
  (family) => {
    const ops = Object.entries(opTables[family.family] ?? {});
    test.each(ops)('%s', async (name, op) => {
      const { params, inputs } = family.cases.find((golden) => golden.op === name)!;
      const problems: string[] = [];
      for (const [input, { dtype, data }] of Object.entries(inputs)) {
        if (dtype !== 'float32' || data.length === 0) continue;
        for (const value of op.trains === 'layer' ? [Number.NaN] : [Number.NaN, Number.POSITIVE_INFINITY]) {
          const what = `${value} in ${input}`;
          try {
            const results = await op.run(params, poisoned(inputs, input, value));
            if (op.trains !== undefined && numbersOf(results).some((number) => !Number.isFinite(number))) continue;
            // An input that these params do not ask for.
            const usual = await op.run(params, inputs);
            if (JSON.stringify(numbersOf(results)) !== JSON.stringify(numbersOf(usual)))
              problems.push(`${what} goes unnoticed`);
          } catch (error) {
            const message = error instanceof RangeError ? error.message : `no RangeError: ${String(error)}`;
            if (!/(NaN|Infinity) (in (row|image)|at|for model) \d+/.test(message)) problems.push(`${what}: ${message}`);
          }
        }
      }
      expect(problems).toEqual([]);
    });
  },
);
