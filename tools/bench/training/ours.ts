import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import {
  adamW,
  compose,
  crossEntropy,
  dense,
  labelTargets,
  lars,
  type Module,
  type Optimiser,
  sgd,
  train,
} from '@twoshot/nn';
import { startCourse } from './course.js';
import { backboneOf } from './networks.js';
import type { OurSide, Run, Work } from './work.js';

const training = { training: true };

function classifier({ network }: Work): Module<tf.Tensor4D, tf.Tensor2D> {
  const backbone = backboneOf(network!);
  const head = dense({ in: backbone.dim, out: 10 }, createRandom(2));
  return { forward: (x, mode) => head.forward(backbone.forward(x, mode), mode), ...compose({ 0: backbone, 1: head }) };
}

/** Images of normal noise [batch, 32, 32, 3], and a class for each. */
export function noise(batch: number): { pixels: Float32Array; targets: Float32Array } {
  const random = createRandom(3);
  const pixels = Float32Array.from({ length: batch * 32 * 32 * 3 }, () => random.normal());
  const labels = Int32Array.from({ length: batch }, (_, image) => image % 10);
  return { pixels, targets: labelTargets(labels, 10, { weights: 1 / batch }) };
}

function step(work: Work): Run {
  const network = classifier(work);
  const batch = work.batch!;
  const { pixels, targets } = noise(batch);
  const optimiser = sgd(network.parameters, { momentum: 0.9, weightDecay: 5e-4 });
  const positions = new Uint32Array(batch);
  return async (calls) => {
    const { curves } = await train({
      steps: calls,
      optimiser,
      learningRate: () => 0.01,
      batch: () => Promise.resolve({ positions }),
      loss: () => ({
        loss: crossEntropy(
          network.forward(tf.tensor4d(pixels, [batch, 32, 32, 3]), training),
          tf.tensor2d(targets, [batch, 10]),
        ),
      }),
    });
    return curves['loss']!.at(-1)![1];
  };
}

function forward(work: Work): Run {
  const network = classifier(work);
  const { pixels } = noise(work.batch!);
  return (calls) => {
    let sum = 0;
    for (let call = 0; call < calls; call++)
      sum = tf.tidy(() => {
        const x = tf.tensor4d(pixels, [work.batch!, 32, 32, 3]);
        return network.forward(x, { training: false }).sum().dataSync()[0]!;
      });
    return Promise.resolve(sum);
  };
}

function optimiserAlone(create: (parameters: Module<never, never>['parameters']) => Optimiser): (work: Work) => Run {
  return (work) => {
    const network = classifier(work);
    const optimiser = create(network.parameters);
    const gradients = network.parameters.map(({ variable }, i) =>
      tf.randomNormal(variable.shape, 0, 0.01, 'float32', i + 1),
    );
    return (calls) => {
      for (let call = 0; call < calls; call++) tf.tidy(() => optimiser.step(gradients, { learningRate: 1e-3 }));
      return Promise.resolve(0);
    };
  };
}

function product({ size }: Work): Run {
  const matrix = tf.ones<tf.Rank.R2>([size!, size!]);
  return (calls) => {
    for (let call = 0; call < calls; call++) tf.matMul(matrix, matrix).dispose();
    return Promise.resolve(0);
  };
}

const kinds: Readonly<Record<Work['kind'], (work: Work, side: OurSide) => Run>> = {
  step,
  forward,
  adamw: optimiserAlone((parameters) => adamW(parameters, { weightDecay: 0.05 })),
  lars: optimiserAlone((parameters) => lars(parameters, { weightDecay: 1e-4 })),
  product,
  simsiam: (work, side) => startCourse(work, side === 'fixed'),
  classes: (work, side) => startCourse(work, side === 'fixed'),
};

/** Prepares what native and WASM do; `fixed` leaves the augmentation out. */
export const prepareOurs = (work: Work, side: OurSide): Run => kinds[work.kind](work, side);
