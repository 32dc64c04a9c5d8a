import { tf } from '@twoshot/engine';
import { clipByGlobalNorm } from '../optimisers/clip.js';
import type { Optimiser, StepSettings } from '../optimisers/optimiser.js';

/** Result of the loss for one batch. */
export interface StepLoss {
  readonly loss: tf.Scalar;
  /** [rows, dim] for the monitors. */
  readonly features?: tf.Tensor2D;
  /** Parts of the loss and other numbers, each stored as a curve of its name. */
  readonly parts?: Readonly<Record<string, tf.Scalar>>;
  /** State of the method from the batch, such as keys for a queue: passed to `afterUpdate`, then disposed. */
  readonly outputs?: StepOutputs;
}

export type StepOutputs = Readonly<Record<string, tf.Tensor>>;

export interface BatchResult {
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The caller disposes it. */
  readonly features: tf.Tensor2D | null;
  /** The caller disposes it. */
  readonly outputs: StepOutputs;
}

/** Disposes the results of a batch. */
export function disposeResult({ features, outputs }: BatchResult): void {
  features?.dispose();
  tf.dispose(Object.values(outputs));
}

/** Updates an optimiser's parameters by the mean of the gradients of one batch or several. */
export class GradientSum {
  readonly #optimiser: Optimiser;
  #sums: tf.Tensor[] = [];
  #batches = 0;

  constructor(optimiser: Optimiser) {
    this.#optimiser = optimiser;
  }

  /**
   * Differentiates the loss of a batch; parameters that it does not reach take a gradient of zero. Where the loss is
   * not finite its gradients do not count.
   */
  add(compute: () => StepLoss): BatchResult {
    const variables = this.#optimiser.parameters.map(({ variable }) => variable);
    let parts: (readonly [string, tf.Scalar])[] = [];
    const features: tf.Tensor2D[] = [];
    let outputs: StepOutputs = {};
    let loss = Number.NaN;
    try {
      const gradients = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const given = compute();
          parts = Object.entries(given.parts ?? {}).map(([name, part]) => [name, tf.keep(part)]);
          if (given.features !== undefined) features.push(tf.keep(given.features));
          outputs = keepAll(given.outputs ?? {});
          return given.loss;
        }, variables);
        loss = value.dataSync()[0]!;
        if (!Number.isFinite(loss)) return [];
        return variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
      });
      if (Number.isFinite(loss)) this.#take(gradients);
      return {
        loss,
        parts: Object.fromEntries(parts.map(([name, part]) => [name, part.dataSync()[0]!])),
        features: features[0] ?? null,
        outputs,
      };
    } catch (error) {
      tf.dispose([features, Object.values(outputs)]);
      throw error;
    } finally {
      tf.dispose(parts.map(([, part]) => part));
    }
  }

  /** Takes a step of the optimiser, and disposes the gradients. */
  update(settings: StepSettings & { clip?: number }): void {
    tf.tidy(() => {
      const { clip } = settings;
      const gradients = this.#batches === 1 ? this.#sums : this.#sums.map((sum) => sum.div<tf.Tensor>(this.#batches));
      this.#optimiser.step(clip === undefined ? gradients : clipByGlobalNorm(gradients, clip).gradients, settings);
    });
    this.dispose();
  }

  dispose(): void {
    tf.dispose(this.#sums);
    this.#sums = [];
    this.#batches = 0;
  }

  #take(gradients: tf.Tensor[]): void {
    const before = this.#sums;
    this.#sums = this.#batches === 0 ? gradients : before.map((sum, i) => sum.add<tf.Tensor>(gradients[i]!));
    if (this.#batches > 0) tf.dispose([before, gradients]);
    this.#batches++;
  }
}

function keepAll(outputs: StepOutputs): StepOutputs {
  // A clone, since an output may be the loss's features or a part, which are disposed on their own.
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, tf.keep(value.clone())]));
}
