// @module-tag slow
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import {
  adam,
  adamW,
  averageOf,
  batchNorm,
  type Checkpoint,
  type Checkpoints,
  compose,
  constant,
  cosine,
  dense,
  disposeModule,
  featureSpread,
  lars,
  muon,
  type NamedParameter,
  type Optimiser,
  sgd,
  type StepBatch,
  train,
  type TrainOptions,
  type TrainResult,
} from '../index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

/** Keeps the last checkpoint in memory, and offers one to every step. */
function memory(): Checkpoints & { last: Checkpoint | null } {
  return {
    last: null,
    load(fits) {
      return Promise.resolve(this.last !== null && fits(this.last) ? this.last : null);
    },
    isDue: () => true,
    save(checkpoint) {
      this.last = checkpoint;
      return Promise.resolve();
    },
  };
}

interface Fit extends Partial<Pick<TrainOptions<StepBatch>, 'steps' | 'learningRate' | 'extendable' | 'settings'>> {
  readonly checkpoints?: Checkpoints;
  readonly createOptimiser?: (parameters: readonly NamedParameter[]) => Optimiser;
  readonly out?: number;
  /** Step after whose update the process is lost. */
  readonly killedAt?: number;
  readonly abortedAt?: number;
}

/** A layer with running statistics under an average of its weights, for 25 steps where nothing else is said. */
async function fit({
  checkpoints,
  createOptimiser = adamW,
  out = 3,
  killedAt,
  abortedAt,
  ...changes
}: Fit = {}): Promise<{
  result: TrainResult;
  values: number[][];
  lines: string[];
  steps: number[];
}> {
  const layer = dense({ in: 2, out }, createRandom(4));
  const norm = batchNorm<tf.Rank.R2>({ channels: out });
  const network = compose({ layer, norm });
  const optimiser = createOptimiser(network.parameters);
  const average = averageOf([...network.parameters, ...network.buffers]);
  const random = createRandom(8);
  const [lines, steps]: [string[], number[]] = [[], []];
  const controller = new AbortController();
  try {
    const result = await train({
      steps: 25,
      optimiser,
      learningRate: cosine({ base: 0.1, total: 25 }),
      batch: () => Promise.resolve({ positions: Uint32Array.of(1, 2) }),
      loss(_, step) {
        const draw = random.fork(step);
        const x = tf.tensor2d(
          Float32Array.from({ length: 16 }, () => draw.normal()),
          [8, 2],
        );
        const y = norm.forward(layer.forward(x, { training: true }), { training: true });
        const loss = y.sub(x.sum(1, true)).square().mean<tf.Scalar>();
        return { loss, features: y, parts: { part: loss.mul<tf.Scalar>(step) } };
      },
      afterUpdate(step) {
        average.update(0.9);
        if (step === killedAt) throw new Error('killed');
      },
      monitors: [featureSpread({ every: 4 })],
      state: { network: [...network.parameters, ...network.buffers], average: average.averages },
      ...(checkpoints === undefined ? {} : { checkpoints }),
      progress({ step }) {
        steps.push(step);
        if (step === abortedAt) controller.abort(new Error('interrupted'));
      },
      log: (line) => lines.push(line),
      signal: controller.signal,
      ...changes,
    });
    const kept = [...network.parameters, ...network.buffers, ...average.averages];
    return { result, values: kept.map(({ variable }) => Array.from(variable.dataSync())), lines, steps };
  } finally {
    average.dispose();
    optimiser.dispose();
    disposeModule(network);
  }
}

const optimisers = { adam, adamW, lars, muon, sgd: (of: readonly NamedParameter[]) => sgd(of, { momentum: 0.9 }) };

test.each(Object.entries(optimisers))(
  'a training by %s that is cut short again and again ends as one that is not',
  async (_, createOptimiser) => {
    const whole = await fit({ createOptimiser });
    const checkpoints = memory();
    for (const killedAt of [0, 3, 4, 11, 24])
      await expect(fit({ createOptimiser, checkpoints, killedAt })).rejects.toThrow('killed');
    expect(checkpoints.last?.step).toBe(24);
    const { result, values, lines, steps } = await fit({ createOptimiser, checkpoints });
    expect(values).toEqual(whole.values);
    expect(result.curves).toEqual(whole.result.curves);
    expect([lines, steps]).toEqual([['resumed at step 24 of 25'], [25]]);
    // Nothing is left to do, and the result is there all the same.
    const again = await fit({ createOptimiser, checkpoints });
    expect([again.values, again.result.curves, again.steps]).toEqual([whole.values, whole.result.curves, []]);
  },
);

test('a longer training goes on from a shorter one where it would have taken the same steps', async () => {
  const open = { learningRate: constant(0.05), extendable: true };
  const whole = await fit({ ...open, steps: 40 });
  const checkpoints = { ...memory(), isDue: () => false };
  await fit({ ...open, steps: 22, checkpoints });
  expect(checkpoints.last?.step).toBe(22);
  const longer = await fit({ ...open, steps: 40, checkpoints });
  expect(longer.lines).toEqual(['resumed at step 22 of 40']);
  expect([longer.values, longer.result.curves]).toEqual([whole.values, whole.result.curves]);
  // The last step of the shorter one was measured, which is no step to measure of the longer one.
  expect(longer.result.curves['spread']!.map(([step]) => step)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 39]);

  const others = {
    late: { learningRate: cosine({ base: 0.05, total: 50 }) },
    size: { settings: { size: constant(3) } },
  };
  for (const changes of Object.values(others)) {
    const last = await fit({ ...open, steps: 41, checkpoints, ...changes });
    expect(last.lines).toEqual([]);
  }
  const shorter = await fit({ ...open, steps: 10, checkpoints });
  expect(shorter.lines).toEqual([]);
});

test('an interrupted training saves the step it came to', async () => {
  const checkpoints = { ...memory(), isDue: () => false };
  await expect(fit({ checkpoints, abortedAt: 7 })).rejects.toThrow('interrupted');
  expect(checkpoints.last?.step).toBe(7);
});

test('the checkpoint of another network does not fit', async () => {
  const checkpoints = memory();
  await fit({ checkpoints, out: 2 });
  const { lines, values } = await fit({ checkpoints });
  expect(lines).toEqual([]);
  expect(values).toEqual((await fit()).values);
});

test('a checkpoint leaves no tensor behind', async () => {
  const checkpoints = memory();
  await fit({ checkpoints });
  const before = tf.memory().numTensors;
  await fit({ checkpoints });
  expect(tf.memory().numTensors).toBe(before);
});
