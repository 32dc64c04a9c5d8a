import { tf } from '@twoshot/engine';
import { eigenSymmetric } from '@twoshot/geometry';
import type { Random } from '@twoshot/engine/random';
import { compose, frozen, type Module } from '../module.js';
import { relu } from './activations.js';
import { conv2d } from './conv.js';

export interface PatchWhitening extends Module<tf.Tensor4D, tf.Tensor4D> {
  /** [batch, height, width, channels] normalised views, from which the filters are computed once. */
  fit(views: tf.Tensor4D): Promise<void>;
}

/**
 * A frozen first layer: the strongest `directions` eigenvectors of the 3x3 patches of the training views and their
 * negatives, each divided by sqrt(eigenvalue + `damping`), and a ReLU (the idea of Keller Jordan's airbench94). Gives
 * 2 x `directions` channels. Until it is fitted its filters are zero.
 */
export function patchWhitening(
  options: { channels: number; directions: number; damping?: number },
  random: Random,
): PatchWhitening {
  const { channels, directions, damping = 0.05 } = options;
  const conv = frozen(conv2d({ in: channels, out: 2 * directions, bias: false }, random));
  return {
    forward: (x, mode) => relu(conv.forward(x, mode)),
    ...compose({ conv }),
    async fit(views) {
      const length = 9 * channels;
      const second = secondMoments(views);
      const { values, vectors } = await eigenSymmetric(Float64Array.from(await second.data()), length);
      second.dispose();
      const filters = new Float32Array(length * 2 * directions);
      for (let direction = 0; direction < Math.min(directions, length); direction++) {
        const scale = 1 / Math.sqrt(Math.max(0, values[direction]!) + damping);
        for (let i = 0; i < length; i++) {
          const value = scale * vectors[direction * length + i]!;
          filters[i * 2 * directions + direction] = value;
          filters[i * 2 * directions + directions + direction] = -value;
        }
      }
      const { variable } = conv.parameters[0]!;
      tf.tidy(() => variable.assign(tf.tensor(filters, variable.shape)));
    },
  };
}

/** [9 channels, 9 channels] mean outer product of all 3x3 patches, in the order of a filter's values. */
function secondMoments(views: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = views.shape;
    const shifts = [0, 1, 2].flatMap((top) => [0, 1, 2].map((left) => [top, left] as const));
    const patches = tf
      .concat(
        shifts.map(([top, left]) => tf.slice(views, [0, top, left, 0], [batch, height - 2, width - 2, channels])),
        3,
      )
      .reshape<tf.Tensor2D>([-1, 9 * channels]);
    return tf.matMul(patches, patches, true, false).div(patches.shape[0]);
  });
}
