import type { tf } from '@twoshot/engine';
import type { Optimiser } from '../optimisers/optimiser.js';
import type { Schedule } from '../schedules/schedule.js';
import { type Curve, CurveRecorder } from './curve.js';
import type { Monitor } from './monitor.js';
import { startPace } from './pace.js';
import { type StepLoss, takeStep } from './step.js';

/** What a step works on, and the rows that it came from. */
export interface StepBatch {
  /** Positions of the rows, for the message where a loss is not finite. */
  readonly positions: Uint32Array;
}

export interface TrainingProgress {
  readonly step: number;
  readonly total: number;
  readonly loss: number;
  /** Images a second. */
  readonly rate: number;
  readonly unit: 'images';
}

export interface TrainOptions<B extends StepBatch> {
  readonly steps: number;
  readonly optimiser: Optimiser;
  readonly rate: Schedule;
  readonly momentum?: Schedule;
  /** Brings what step `step` works on; asked for one step ahead, so that it can be prepared meanwhile. */
  batch(step: number): Promise<B>;
  /** Called under the gradient tape: differentiable in the optimiser's parameters. */
  loss(batch: B, step: number): StepLoss;
  /** After the update of a step: averages of weights, queues. */
  readonly afterStep?: (step: number) => void;
  /** Largest global norm of the gradients. */
  readonly clip?: number;
  readonly monitors?: readonly Monitor[];
  readonly progress?: (progress: TrainingProgress) => void;
  readonly warn?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface TrainResult {
  /** `loss`, `rate`, the parts of the loss and the monitors, by name. */
  readonly curves: Readonly<Record<string, Curve>>;
  /** Images a second over the whole training. */
  readonly rate: number;
}

/** The loss was not a finite number. */
export class NonFiniteLossError extends Error {
  override readonly name = 'NonFiniteLossError';
  readonly step: number;
  readonly positions: Uint32Array;

  constructor(step: number, loss: number, positions: Uint32Array) {
    const more = positions.length > 16 ? `, ... (${positions.length} in all)` : '';
    super(
      `The loss is ${loss} at step ${step}, on the rows ${positions.subarray(0, 16).join(', ')}${more}. ` +
        'A lower rate usually helps.',
    );
    this.step = step;
    this.positions = positions;
  }
}

/**
 * The one training loop: brings a batch, differentiates the loss, updates the parameters, measures.
 *
 * @throws NonFiniteLossError with the step and its rows; the signal's reason when it is aborted.
 */
export async function train<B extends StepBatch>(options: TrainOptions<B>): Promise<TrainResult> {
  const { steps, optimiser, signal } = options;
  const curves = new Map<string, CurveRecorder>();
  const record = (name: string, step: number, value: number, points?: number): void => {
    const curve = curves.get(name) ?? new CurveRecorder(steps, points);
    curves.set(name, curve);
    curve.add(step, value);
  };
  const watch = watcher(options, (name, step, value) => record(name, step, value, steps));
  const pace = startPace();
  let next = options.batch(0);
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const batch = await next;
    if (step + 1 < steps) {
      next = options.batch(step + 1);
      // Nobody waits for it where this step throws.
      next.catch(() => undefined);
    }
    const rate = options.rate(step);
    const { loss, parts, features } = takeStep(optimiser, () => options.loss(batch, step), {
      rate,
      ...(options.momentum === undefined ? {} : { momentum: options.momentum(step) }),
      ...(options.clip === undefined ? {} : { clip: options.clip }),
    });
    if (Number.isFinite(loss) && features !== null) watch(features, step);
    features?.dispose();
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(step, loss, batch.positions);
    options.afterStep?.(step);
    record('loss', step, loss);
    record('rate', step, rate);
    for (const [name, value] of Object.entries(parts)) record(name, step, value);
    pace.count(batch.positions.length);
    options.progress?.({ step: step + 1, total: steps, loss, rate: pace.recent(), unit: 'images' });
  }
  return {
    curves: Object.fromEntries([...curves].map(([name, curve]) => [name, curve.finish(steps - 1)])),
    rate: pace.overall(),
  };
}

/** Measures the monitors that are due, and warns once for each. */
function watcher(
  { steps, monitors = [], warn }: Pick<TrainOptions<StepBatch>, 'steps' | 'monitors' | 'warn'>,
  record: (name: string, step: number, value: number) => void,
): (features: tf.Tensor2D, step: number) => void {
  const warned = new Set<string>();
  return (features, step) => {
    for (const { name, every, measure, warning } of monitors) {
      if (step % every !== 0 && step + 1 !== steps) continue;
      const value = measure(features);
      record(name, step, value);
      const line = warning?.(value, step) ?? null;
      if (line === null || warned.has(name)) continue;
      warned.add(name);
      warn?.(line);
    }
  };
}
