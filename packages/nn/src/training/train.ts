import type { tf } from '@twoshot/engine';
import type { NamedBuffer } from '../module.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import type { Schedule } from '../schedules/schedule.js';
import { type Checkpoints, TrainingMemory } from './checkpoint.js';
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
  /** Step that it went on from; absent where it began at 0. */
  readonly from?: number;
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
  /**
   * Where the training goes on from when it was cut short, to the very result of one that was not. Random choices of
   * `batch` and `loss` must follow from the step.
   */
  readonly checkpoints?: Checkpoints;
  /**
   * What a step changes beside the optimiser's own parameters, by group: running statistics, averages of weights,
   * queues. Kept in checkpoints.
   */
  readonly state?: Readonly<Record<string, readonly NamedBuffer[]>>;
  /** Steps of an epoch, whose end is a good moment for a checkpoint. */
  readonly epoch?: number;
  readonly progress?: (progress: TrainingProgress) => void;
  readonly log?: (line: string) => void;
  readonly warn?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface TrainResult {
  /** `loss`, `rate`, the parts of the loss and the monitors, by name. */
  readonly curves: Readonly<Record<string, Curve>>;
  /** Images a second over the steps that were taken now. */
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
 * @throws NonFiniteLossError with the step and its rows; the signal's reason when it is aborted, after a checkpoint.
 */
export async function train<B extends StepBatch>(options: TrainOptions<B>): Promise<TrainResult> {
  const { steps, optimiser, checkpoints, epoch = Infinity, signal, monitors = [] } = options;
  const curves = new CurveRecorder();
  const memory = new TrainingMemory(optimiser, options.state ?? {}, curves);
  const first = checkpoints === undefined ? 0 : await memory.restore(checkpoints, steps);
  if (first > 0) options.log?.(`goes on from step ${first} of ${steps}`);
  const watch = watcher(options, curves);
  const pace = startPace();
  let saved = first;
  const save = async (step: number): Promise<void> => {
    if (checkpoints === undefined || step === saved) return;
    await memory.save(checkpoints, step);
    saved = step;
  };
  let next = first < steps ? options.batch(first) : null;
  for (let step = first; step < steps; step++) {
    if (signal?.aborted === true) {
      await save(step);
      signal.throwIfAborted();
    }
    const batch = await next!;
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
    curves.add('loss', step, loss);
    curves.add('rate', step, rate);
    for (const [name, value] of Object.entries(parts)) curves.add(name, step, value);
    pace.count(batch.positions.length);
    options.progress?.({
      step: step + 1,
      total: steps,
      ...(first === 0 ? {} : { from: first }),
      loss,
      rate: pace.recent(),
      unit: 'images',
    });
    if (checkpoints?.isDue((step + 1) % epoch === 0 || step + 1 === steps) === true) await save(step + 1);
  }
  const measured = new Set(monitors.map(({ name }) => name));
  return { curves: curves.finish(steps, (name) => measured.has(name)), rate: pace.overall() };
}

/** Measures the monitors that are due, and warns once for each. */
function watcher(
  { steps, monitors = [], warn }: Pick<TrainOptions<StepBatch>, 'steps' | 'monitors' | 'warn'>,
  curves: CurveRecorder,
): (features: tf.Tensor2D, step: number) => void {
  const warned = new Set<string>();
  return (features, step) => {
    for (const { name, every, measure, warning } of monitors) {
      if (step % every !== 0 && step + 1 !== steps) continue;
      const value = measure(features);
      curves.add(name, step, value);
      const line = warning?.(value, step) ?? null;
      if (line === null || warned.has(name)) continue;
      warned.add(name);
      warn?.(line);
    }
  };
}
