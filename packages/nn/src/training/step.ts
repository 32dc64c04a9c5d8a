import { tf } from '@twoshot/engine';
import { clipByGlobalNorm } from '../optimisers/clip.js';
import type { Optimiser, StepSettings } from '../optimisers/optimiser.js';

/** What the loss of one step gives. */
export interface StepLoss {
  readonly loss: tf.Scalar;
  /** [rows, dim] for the monitors. */
  readonly features?: tf.Tensor2D;
  /** Parts of the loss and other numbers, each kept as a curve of its name. */
  readonly parts?: Readonly<Record<string, tf.Scalar>>;
}

export interface StepResult {
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
  /** To be disposed by the caller. */
  readonly features: tf.Tensor2D | null;
}

/**
 * Differentiates a loss and lets the optimiser update its parameters; parameters that the loss does not reach take a
 * gradient of zero. Where the loss is not finite nothing is updated.
 */
export function takeStep(
  optimiser: Optimiser,
  compute: () => StepLoss,
  settings: StepSettings & { clip?: number },
): StepResult {
  const variables = optimiser.parameters.map(({ variable }) => variable);
  let parts: (readonly [string, tf.Scalar])[] = [];
  const features: tf.Tensor2D[] = [];
  try {
    const numbers = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const given = compute();
        parts = Object.entries(given.parts ?? {}).map(([name, part]) => [name, tf.keep(part)]);
        if (given.features !== undefined) features.push(tf.keep(given.features));
        return given.loss;
      }, variables);
      const loss = value.dataSync()[0]!;
      if (Number.isFinite(loss)) {
        const gradients = variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
        const { clip } = settings;
        optimiser.step(clip === undefined ? gradients : clipByGlobalNorm(gradients, clip).gradients, settings);
      }
      return { loss, parts: Object.fromEntries(parts.map(([name, part]) => [name, part.dataSync()[0]!])) };
    });
    return { ...numbers, features: features[0] ?? null };
  } catch (error) {
    tf.dispose(features);
    throw error;
  } finally {
    tf.dispose(parts.map(([, part]) => part));
  }
}
