import { tf } from '@twoshot/engine';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { valuesOf, variableOf } from '@twoshot/nn';
import { applyDefaults, defineStage, type ParamValues } from '@twoshot/stage';
import { beforeAll, expect, test } from 'vitest';
import { createOptimiser, scheduleOf, trainingParams } from './index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

const declared = trainingParams({ steps: 10, learningRate: 1, warmup: 0.2, optimiser: 'sgd', weightDecay: 0.1 });
const stage = defineStage({
  name: 'test/stage',
  summary: '',
  inputs: {},
  outputs: {},
  params: declared,
  run: () => Promise.resolve(),
});
const params = (given: Partial<ParamValues<typeof declared>>): ParamValues<typeof declared> =>
  applyDefaults(stage, given) as ParamValues<typeof declared>;

async function rates(given: Parameters<typeof params>[0], steps = 10): Promise<number[]> {
  const { learningRate } = await scheduleOf(params(given), { steps, highest: 2 });
  return Array.from(valuesOf(learningRate, steps), (value) => Number(value.toFixed(3)));
}

test('every schedule can be selected', async () => {
  expect(await rates({})).toEqual([0, 1, 2, 1.924, 1.707, 1.383, 1, 0.617, 0.293, 0.076]);
  expect(await rates({ schedule: 'constant' })).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(await rates({ schedule: 'multi-step', milestones: [4, 6], warmup: 0 })).toEqual([
    2, 2, 2, 2, 0.2, 0.2, 0.02, 0.02, 0.02, 0.02,
  ]);
  const cycle = await rates({ schedule: 'one-cycle', warmup: 0.3 });
  expect(Math.max(...cycle)).toBe(cycle[2]);
  expect(cycle.at(-1)).toBeLessThan(cycle[0]!);
  const { momentum } = await scheduleOf(params({ schedule: 'one-cycle' }), { steps: 10, highest: 2 });
  expect(momentum!(9)).toBeCloseTo(0.95);
});

test('the warm-up has the same length for any number of steps', async () => {
  const [short, long] = await Promise.all(
    [10, 20].map((steps) => rates({ schedule: 'constant', warmupSteps: 4 }, steps)),
  );
  expect(long!.slice(0, 10)).toEqual(short);
  expect(short!.slice(0, 6)).toEqual([0, 0.5, 1, 1.5, 2, 2]);
});

test('every optimiser can be selected, and differs from the others', async () => {
  const moved = new Set<string>();
  for (const optimiser of ['adamw', 'adam', 'sgd', 'lars', 'muon'] as const) {
    const variable = variableOf([1, 1, 2, 2], Float32Array.of(1, -2, 3, 0.5));
    const parameter = { name: 'w', variable, layout: 'filter', trainable: true } as const;
    const create = await createOptimiser(params({ optimiser, weightDecay: 0.3 }), { beta2: 0.9 });
    const created = create([parameter]);
    tf.tidy(() => created.step([tf.tensor([0.1, 0.2, -0.3, 2], [1, 1, 2, 2])], { learningRate: 0.1 }));
    moved.add(variable.dataSync().join());
    created.dispose();
    variable.dispose();
  }
  expect(moved.size).toBe(5);
});
