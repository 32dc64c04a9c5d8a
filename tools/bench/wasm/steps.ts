import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import {
  type BackboneArchitecture,
  compose,
  createBackbone,
  crossEntropy,
  dense,
  labelTargets,
  mlp,
  type Module,
  muon,
  type Optimiser,
  sgd,
  train,
  vicregLoss,
} from '@twoshot/nn';

export const engineSides = ['native', 'wasm-1', 'wasm-2'] as const;
export type EngineSide = (typeof engineSides)[number];

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly architecture: BackboneArchitecture;
  /** Images of a step and their side. */
  readonly batch: number;
  readonly size: number;
  /** Views of an image: more than one are trained by VICReg and Muon, else classes by gradient descent. */
  readonly views: number;
  readonly rounds: number;
  /** Steps of a round. */
  readonly calls: number;
}

const recipe = {
  name: 'conv-residual',
  channels: 3,
  stem: 'conv',
  stemWidth: 16,
  widths: [64, 128, 256],
} as const;

export const rows: readonly Row[] = [
  {
    id: 'conv-4-64',
    title: 'conv-4-64, classes, 128 images of 32 x 32',
    architecture: { name: 'conv4', channels: 3, width: 64 },
    batch: 128,
    size: 32,
    views: 1,
    rounds: 9,
    calls: 4,
  },
  {
    id: 'recipe',
    title: 'conv-residual 64-128-256, classes, 128 images of 32 x 32',
    architecture: recipe,
    batch: 128,
    size: 32,
    views: 1,
    rounds: 9,
    calls: 3,
  },
  {
    id: 'vicreg',
    title: 'the same as in the main pipeline: VICReg and Muon, 4 views of 128 images of 20 x 20',
    architecture: recipe,
    batch: 512,
    size: 20,
    views: 4,
    rounds: 5,
    calls: 2,
  },
  {
    id: 'resnet-9',
    title: 'resnet-9, classes, 128 images of 32 x 32',
    architecture: { name: 'resnet9', channels: 3, width: 64 },
    batch: 128,
    size: 32,
    views: 1,
    rounds: 3,
    calls: 1,
  },
];

const training = { training: true };

/** Trains so many steps, and gives the last loss. */
export type Train = (steps: number) => Promise<number>;

export function prepareSteps({ architecture, batch, size, views }: Row): Train {
  const random = createRandom(3);
  const pixels = Float32Array.from({ length: batch * size * size * 3 }, () => random.normal());
  const backbone = createBackbone(architecture, createRandom(1));
  const head: Module<tf.Tensor2D, tf.Tensor2D> =
    views === 1
      ? dense({ in: backbone.dim, out: 10 }, createRandom(2))
      : mlp({ widths: [backbone.dim, 512, 512] }, createRandom(2));
  const { parameters } = compose({ 0: backbone, 1: head });
  const optimiser: Optimiser =
    views === 1 ? sgd(parameters, { momentum: 0.9 }) : muon(parameters, { beta2: 0.95, weightDecay: 0.05 });
  const labels = Int32Array.from({ length: batch }, (_, image) => image % 10);
  const targets = labelTargets(labels, 10, { weights: 1 / batch });
  const positions = new Uint32Array(batch);
  return async (steps) => {
    const { curves } = await train({
      steps,
      optimiser,
      learningRate: () => 0.002,
      batch: () => Promise.resolve({ positions }),
      loss() {
        const x = tf.tensor4d(pixels, [batch, size, size, 3]);
        const y = head.forward(backbone.forward(x, training), training);
        return {
          loss:
            views === 1
              ? crossEntropy(y, tf.tensor2d(targets, [batch, 10]))
              : vicregLoss(tf.reshape(y, [views, batch / views, -1])).loss,
        };
      },
    });
    return curves['loss']!.at(-1)![1];
  };
}
