import { tf } from '@twoshot/engine';
import type { NamedParameter } from '../module.js';
import { type AdamOptions, adamW } from './adam.js';
import { decayOf, disposeState, type Optimiser, updateEach, zerosFor } from './optimiser.js';

export interface MuonOptions extends AdamOptions {
  readonly momentum?: number;
  /** Newton-Schulz iterations. */
  readonly iterations?: number;
  /** The update's root mean square is about this much of the learning rate, as with AdamW. */
  readonly scale?: number;
}

/**
 * Muon (Jordan 2024): the momentum of every convolution filter, taken as a matrix [h w in, out], is replaced by its
 * nearest orthogonal matrix, so that all directions of a filter learn at the same speed. Everything else uses AdamW.
 * The update is scaled by `scale` x sqrt(largest side), which makes AdamW's learning rate and decay fit (Liu et al.
 * 2025).
 */
export function muon(parameters: readonly NamedParameter[], options: MuonOptions = {}): Optimiser {
  const { momentum: own = 0.95, iterations = 3, scale = 0.2 } = options;
  const isFilter = parameters.map(({ layout }) => layout === 'filter');
  const filters = parameters.filter((_, i) => isFilter[i]!);
  const others = adamW(
    parameters.filter((_, i) => !isFilter[i]!),
    options,
  );
  const velocity = zerosFor(filters, 'velocity');
  return {
    parameters,
    state: [...velocity, ...others.state],
    step(gradients, settings) {
      const { learningRate, momentum = own } = settings;
      updateEach(
        filters,
        gradients.filter((_, i) => isFilter[i]!),
        (parameter, gradient, i) => {
          const { variable } = parameter;
          const buffer = velocity[i]!.variable;
          buffer.assign(buffer.mul(momentum).add(gradient));
          const outputs = variable.shape.at(-1)!;
          const matrix = gradient.add(buffer.mul(momentum)).reshape<tf.Tensor2D>([-1, outputs]);
          const step = learningRate * scale * Math.sqrt(Math.max(...matrix.shape));
          const update = orthogonalise(matrix, iterations).reshape(variable.shape);
          variable.assign(variable.mul(1 - learningRate * decayOf(parameter, options)).sub(update.mul(step)));
        },
      );
      others.step(
        gradients.filter((_, i) => !isFilter[i]!),
        settings,
      );
    },
    resume: (steps) => others.resume(steps),
    dispose() {
      disposeState(velocity);
      others.dispose();
    },
  };
}

/** Coefficients of the quintic that pulls singular values towards 1 fastest (Jordan 2024). */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/**
 * A matrix with the singular vectors of `matrix` and singular values near 1. Every iteration is a polynomial of the
 * Gram matrix over the shorter side, so the long side takes part in two products only.
 */
export function orthogonalise(matrix: tf.Tensor2D, iterations: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [rows, columns] = matrix.shape;
    const tall = rows > columns;
    const side = Math.min(rows, columns);
    const unit = matrix.div<tf.Tensor2D>(matrix.square().sum().sqrt().add(1e-7));
    let gram: tf.Tensor2D = tall ? tf.matMul(unit, unit, true, false) : tf.matMul(unit, unit, false, true);
    let product: tf.Tensor2D = tf.eye(side);
    const identity = tf.eye(side).mul<tf.Tensor2D>(a);
    for (let i = 0; i < iterations; i++) {
      const factor = identity.add<tf.Tensor2D>(gram.mul(b)).add<tf.Tensor2D>(tf.matMul(gram, gram).mul(c));
      product = i === 0 ? factor : tf.matMul(factor, product);
      // Polynomials of one symmetric matrix commute: the next Gram matrix is factor gram factor.
      if (i + 1 < iterations) gram = tf.matMul(tf.matMul(factor, gram), factor);
    }
    return tall ? tf.matMul(unit, product) : tf.matMul(product, unit);
  });
}
