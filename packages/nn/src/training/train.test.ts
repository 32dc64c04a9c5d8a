// @module-tag slow
import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import {
  compose,
  constant,
  dense,
  disposeModule,
  featureSpread,
  loadWeights,
  NonFiniteLossError,
  saveWeights,
  sgd,
  train,
} from '../index.js';
import type { StepBatch, TrainOptions, TrainResult } from '../index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

type Changes = Partial<TrainOptions<StepBatch>> & { score?: (y: tf.Tensor2D, step: number) => tf.Scalar };

/** Fits y = 2 x1 - x2 + 3, seen in batches of 16. */
async function fit({ score, ...changes }: Changes = {}): Promise<TrainResult & { weights: number[] }> {
  const layer = dense({ in: 2, out: 1 }, createRandom(4));
  const optimiser = sgd(compose({ layer }).parameters);
  const random = createRandom(8);
  try {
    const result = await train<StepBatch>({
      steps: 200,
      optimiser,
      learningRate: constant(0.1),
      batch: () => Promise.resolve({ positions: Uint32Array.of(4, 7) }),
      loss: (_, step) => {
        const x = tf.tensor2d(
          Float32Array.from({ length: 32 }, () => random.normal()),
          [16, 2],
        );
        const target = tf.matMul(x, tf.tensor2d([2, -1], [2, 1])).add(3);
        const y = layer.forward(x, { training: true });
        const loss = score === undefined ? y.sub(target).square().mean<tf.Scalar>() : score(y, step);
        return { loss, features: y, parts: { half: loss.div<tf.Scalar>(2) } };
      },
      ...changes,
    });
    return { ...result, weights: layer.parameters.flatMap(({ variable }) => [...variable.dataSync()]) };
  } finally {
    optimiser.dispose();
    disposeModule(layer);
  }
}

test('a linear layer learns a linear function, with its curves', async () => {
  const steps: number[] = [];
  const { weights, curves } = await fit({ progress: ({ step }) => steps.push(step) });
  expect(weights).toEqual([2, -1, 3].map((value) => expect.closeTo(value, 3)));
  expect(Object.keys(curves)).toEqual(['loss', 'learningRate', 'half']);
  expect(curves['loss']).toHaveLength(200);
  expect(curves['half']![0]![1]).toBeCloseTo(curves['loss']![0]![1] / 2);
  expect(steps).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
});

test('the same seeds give the same weights', async () => {
  const [one, other] = [await fit(), await fit()];
  expect(other.weights).toEqual(one.weights);
});

test('a long training keeps means over spans of steps', async () => {
  const { curves } = await fit({ steps: 1001, learningRate: (step) => step / 1e5 });
  expect(curves['learningRate']!.length).toBe(334);
  expect(curves['learningRate']![0]).toEqual([2, expect.closeTo(1e-5)]);
  expect(curves['learningRate']!.at(-1)).toEqual([1000, expect.closeTo(9.995e-3)]);
});

test('tensors do not leak', async () => {
  await fit({ steps: 1 });
  const before = tf.memory().numTensors;
  await fit({ monitors: [featureSpread({ every: 5 })] });
  expect(tf.memory().numTensors).toBe(before);
});

test('a loss that is not finite stops the training, and names step and rows', async () => {
  const before = tf.memory().numTensors;
  const error: unknown = await fit({
    score: (y, step) => y.mean<tf.Scalar>().mul(step === 3 ? Number.NaN : 1),
  }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NonFiniteLossError);
  expect(error).toMatchObject({ step: 3, positions: Uint32Array.of(4, 7) });
  expect(String(error)).toContain('The loss is NaN at step 3, on the rows 4, 7.');
  expect(tf.memory().numTensors).toBe(before);
});

test('a value that is not finite is told by its layer, as an activation or as a gradient', async () => {
  const first = dense({ in: 2, out: 4 }, createRandom(1));
  const second = dense({ in: 4, out: 1 }, createRandom(2));
  const network = compose({ first, second });
  const mode = { training: true };
  const x = tf.ones<tf.Rank.R2>([3, 2]);
  const run = async (loss: (step: number) => tf.Scalar, input = x, steps = 5): Promise<unknown> => {
    const optimiser = sgd(network.parameters);
    const initial = await saveWeights({ network });
    try {
      return await train({
        steps,
        optimiser,
        learningRate: constant(0.01),
        batch: (step) => Promise.resolve({ positions: Uint32Array.of(step) }),
        loss: (_, step) => ({ loss: loss(step) }),
      }).catch((error: unknown) => error);
    } finally {
      optimiser.dispose();
      loadWeights(network, initial, 'network');
      if (input !== x) input.dispose();
    }
  };
  const hidden = (input: tf.Tensor2D): tf.Tensor2D => first.forward(input, mode);
  const score = (h: tf.Tensor2D): tf.Scalar => second.forward(h, mode).mean();

  expect(await run((step) => score(step < 2 ? hidden(x) : tf.square<tf.Tensor2D>(hidden(x).mul(1e30))))).toMatchObject({
    step: 2,
    layer: 'first',
    positions: Uint32Array.of(2),
    message: expect.stringContaining('comes from Square in or after the layer first'),
  });
  expect(await run(() => score(hidden(x)).sub<tf.Scalar>(Infinity))).toMatchObject({ step: 0, layer: 'second' });
  const bad = tf.tensor2d([1, Number.NaN], [1, 2]);
  expect(await run(() => score(hidden(bad)), bad)).toMatchObject({
    layer: null,
    message: expect.stringContaining('before any layer is already not finite'),
  });
  // sqrt has no finite slope at 0: the loss of step 1 is fine, its gradient is not.
  const kink = (step: number): tf.Scalar => {
    const h = hidden(x);
    const slope = tf.sqrt(tf.square(h.mul(step === 1 ? 0 : 1)));
    return score(h.add<tf.Tensor2D>(slope.mul(0.1)));
  };
  const gradient = { step: 1, layer: 'first', positions: Uint32Array.of(1) };
  expect(await run(kink)).toMatchObject({
    ...gradient,
    message: expect.stringContaining('The gradient of first.bias was the first'),
  });
  // The last step has no loss after it.
  expect(await run(kink, x, 2)).toMatchObject(gradient);
  disposeModule(network);
  x.dispose();
});

test('accumulated batches are as good as a large one', async () => {
  const rows = tf.randomNormal<tf.Rank.R2>([24, 2], 0, 1, 'float32', 3);
  const run = async (accumulate: number): Promise<{ weights: number[]; loss: number[]; numbers: number[] }> => {
    const layer = dense({ in: 2, out: 1 }, createRandom(4));
    const optimiser = sgd(layer.parameters, { momentum: 0.9 });
    const numbers: number[] = [];
    const size = 12 / accumulate;
    const { curves } = await train({
      steps: 6,
      accumulate,
      optimiser,
      learningRate: constant(0.05),
      clip: 1,
      batch(number) {
        numbers.push(number);
        return Promise.resolve({ positions: Uint32Array.of(number) });
      },
      loss(_, number) {
        const x = tf.slice(rows, [(number * size) % 24, 0], [size, 2]);
        const loss = layer.forward(x, { training: true }).sub(x.sum(1, true)).square().mean<tf.Scalar>();
        return { loss, features: x, parts: { half: loss.div<tf.Scalar>(2) } };
      },
      monitors: [featureSpread({ every: 2 })],
    });
    const weights = layer.parameters.flatMap(({ variable }) => [...variable.dataSync()]);
    optimiser.dispose();
    disposeModule(layer);
    return { weights, loss: curves['half']!.map(([, value]) => value * 2), numbers };
  };
  const large = await run(1);
  const before = tf.memory().numTensors;
  for (const accumulate of [2, 4]) {
    const { weights, loss, numbers } = await run(accumulate);
    expect(weights).toEqual(large.weights.map((value) => expect.closeTo(value, 5)));
    expect(loss).toEqual(large.loss.map((value) => expect.closeTo(value, 5)));
    expect(numbers).toEqual(Array.from({ length: 6 * accumulate }, (_, i) => i));
  }
  expect(tf.memory().numTensors).toBe(before);
  rows.dispose();
});

test('tensors are as many after a thousand steps as after ten', async () => {
  const counts: number[] = [];
  await fit({ steps: 1000, progress: ({ step }) => step % 10 === 0 && counts.push(tf.memory().numTensors) });
  expect(new Set(counts).size).toBe(1);
});

test('an abort ends the training before its next step', async () => {
  const controller = new AbortController();
  let last = 0;
  const run = fit({
    signal: controller.signal,
    progress: ({ step }) => {
      last = step;
      if (step === 5) controller.abort(new Error('interrupted'));
    },
  });
  await expect(run).rejects.toThrow('interrupted');
  expect(last).toBe(5);
});

test('a failing batch ends the training', async () => {
  const run = fit({
    batch: (step) =>
      step === 3 ? Promise.reject(new Error('no image')) : Promise.resolve({ positions: Uint32Array.of(0) }),
  });
  await expect(run).rejects.toThrow('no image');
});

test('a monitor is measured when it is due, and its alarm told once', async () => {
  const lines: string[] = [];
  const { curves } = await fit({
    steps: 22,
    monitors: [featureSpread({ every: 10, alarm: 2 })],
    warn: (line) => lines.push(line),
  });
  expect(curves['spread']!.map(([step]) => step)).toEqual([0, 10, 20, 21]);
  expect(lines).toHaveLength(1);
});

test('the spread of features is 0 where they are one point and 1 where they fill the sphere', () => {
  tf.tidy(() => {
    const { measure, warning } = featureSpread();
    const random = createRandom(2);
    const point = tf.tensor2d([[1, 2, 3]]).tile<tf.Tensor2D>([50, 1]);
    const sphere = tf.tensor2d(
      Float32Array.from({ length: 4000 * 8 }, () => random.normal()),
      [4000, 8],
    );
    expect(measure(point, 0)).toBeCloseTo(0, 3);
    expect(measure(sphere, 0)).toBeCloseTo(1, 1);
    expect(warning!(0.01, 7)).toContain('collapsed: their spread is 0.0100 at step 7');
    expect(warning!(0.9, 7)).toBeNull();
  });
});

test('gradients are clipped to a common norm', async () => {
  const free = await fit({ steps: 1 });
  const start = await fit({ steps: 1, learningRate: constant(0) });
  const clipped = await fit({ steps: 1, clip: 1e-3 });
  const moved = (weights: number[]): number => Math.hypot(...weights.map((value, i) => value - start.weights[i]!));
  expect(moved(free.weights)).toBeGreaterThan(0.01);
  expect(moved(clipped.weights)).toBeCloseTo(1e-4, 6);
});
