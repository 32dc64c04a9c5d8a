import type { tf } from '@twoshot/engine';
import type { Remembered } from '../memory/remembered.js';
import type { NamedBuffer } from '../module.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import type { Schedule } from '../schedules/schedule.js';
import { type Checkpoints, TrainingMemory } from './checkpoint.js';
import { type Curve, CurveRecorder } from './curve.js';
import type { Monitor } from './monitor.js';
import { startPace } from './pace.js';
import { firstNonFinite, NonFiniteLossError, spoiltParameter } from './non-finite.js';
import { type BatchResult, disposeResult, GradientSum, type StepLoss, type StepOutputs } from './step.js';

/** Input of a step, and its rows. */
export interface StepBatch {
  /** Positions of the rows, for the message where a loss is not finite. */
  readonly positions: Uint32Array;
}

export interface TrainingProgress {
  readonly step: number;
  readonly total: number;
  /** Step that it resumed from; absent if it started at 0. */
  readonly from?: number;
  readonly loss: number;
  /** Images per second. */
  readonly throughput: number;
  readonly unit: 'images';
}

export interface TrainOptions<B extends StepBatch> {
  readonly steps: number;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
  readonly momentum?: Schedule;
  /**
   * Batches per step, whose gradients are averaged (default 1). If the loss is a mean over rows, several batches equal
   * a large one, except for batch norm, which sees them one by one.
   */
  readonly accumulate?: number;
  /**
   * Returns batch `number`, which is the step if none are accumulated; requested one ahead, so that it can be prepared
   * meanwhile.
   */
  batch(number: number): Promise<B>;
  /** Called under the gradient tape: differentiable in the optimiser's parameters. */
  loss(batch: B, number: number): StepLoss;
  /** Before the first step of an epoch, and before step 0 where there are no epochs: clusters of a bank, a new order. */
  readonly beforeEpoch?: (step: number) => void | Promise<void>;
  /**
   * After the update of a step: teachers, queues, banks.
   *
   * @param outputs of the loss of every batch of the step; valid until the call has ended
   */
  readonly afterUpdate?: (step: number, outputs: readonly StepOutputs[]) => void | Promise<void>;
  /** Maximum global norm of the gradients. */
  readonly clip?: number;
  readonly monitors?: readonly Monitor[];
  /**
   * Checkpoints from which an interrupted training resumes, to the same result as an uninterrupted one. Random choices
   * of `batch` and `loss` must depend only on the step.
   */
  readonly checkpoints?: Checkpoints;
  /**
   * Variables that a step changes besides the optimiser's own parameters, by group: running statistics, averages of
   * weights, teachers. Saved in checkpoints.
   */
  readonly state?: Readonly<Record<string, readonly NamedBuffer[]>>;
  /** Other state that a step changes and later steps read: queues, banks, thresholds. Saved in checkpoints. */
  readonly memory?: readonly Remembered[];
  /**
   * Settings of `batch`, `loss` and `afterUpdate` that depend on the total number of steps (a side of views, a
   * temperature): a checkpoint of a shorter or longer training is used only if all of them were the same.
   */
  readonly settings?: Readonly<Record<string, Schedule>>;
  /** The first steps do not depend on the total: the final checkpoint is kept for a longer training to resume from. */
  readonly extendable?: boolean;
  /** Steps per epoch, whose end is a good moment for a checkpoint. */
  readonly epoch?: number;
  readonly progress?: (progress: TrainingProgress) => void;
  readonly log?: (line: string) => void;
  readonly warn?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface TrainResult {
  /** `loss`, `learningRate`, the parts of the loss and the monitors, by name. */
  readonly curves: Readonly<Record<string, Curve>>;
  /** Images per second over the steps of this attempt. */
  readonly throughput: number;
}

/**
 * The one training loop: fetches a batch, differentiates the loss, updates the parameters, measures.
 *
 * @throws NonFiniteLossError with the step, its rows and the layer; the signal's reason when it is aborted, after a
 *   checkpoint.
 */
export async function train<B extends StepBatch>(options: TrainOptions<B>): Promise<TrainResult> {
  const { steps, optimiser, accumulate = 1, checkpoints, epoch = Infinity, signal, monitors = [] } = options;
  const curves = new CurveRecorder();
  const { learningRate: learningRateOf, momentum: momentumOf, extendable = false } = options;
  const schedules = {
    learningRate: learningRateOf,
    ...(momentumOf === undefined ? {} : { momentum: momentumOf }),
    ...options.settings,
  };
  const memory = new TrainingMemory(optimiser, options.state ?? {}, options.memory ?? [], { curves, schedules });
  const first = checkpoints === undefined ? 0 : await memory.restore(checkpoints, steps);
  if (first > 0) options.log?.(`resumed at step ${first} of ${steps}`);
  const watch = watcher(options, curves);
  const pace = startPace();
  let saved = first;
  const save = async (step: number): Promise<void> => {
    if (checkpoints === undefined || step === saved) return;
    await memory.save(checkpoints, step, extendable && step === steps);
    saved = step;
  };
  const gradients = new GradientSum(optimiser);
  const batches = steps * accumulate;
  let next = first < steps ? options.batch(first * accumulate) : null;
  let before: Uint32Array = new Uint32Array(0);
  const results: BatchResult[] = [];
  try {
    for (let step = first; step < steps; step++) {
      if (signal?.aborted === true) {
        await save(step);
        signal.throwIfAborted();
      }
      if (step % epoch === 0) await options.beforeEpoch?.(step);
      results.length = 0;
      let positions: Uint32Array = new Uint32Array(0);
      for (let number = step * accumulate; number < (step + 1) * accumulate; number++) {
        const batch = await next!;
        if (number + 1 < batches) {
          next = options.batch(number + 1);
          // It is not awaited if this step throws.
          next.catch(() => undefined);
        }
        const compute = (): StepLoss => options.loss(batch, number);
        const result = gradients.add(compute);
        results.push(result);
        if (!Number.isFinite(result.loss))
          throw nonFinite(result.loss, compute, { step, positions: batch.positions, before }, options);
        ({ positions } = batch);
        pace.count(positions.length);
      }
      const learningRate = learningRateOf(step);
      gradients.update({
        learningRate,
        ...(momentumOf === undefined ? {} : { momentum: momentumOf(step) }),
        ...(options.clip === undefined ? {} : { clip: options.clip }),
      });
      const { features } = results.at(-1)!;
      if (features !== null) await watch(features, step);
      await options.afterUpdate?.(
        step,
        results.map(({ outputs }) => outputs),
      );
      for (const result of results) disposeResult(result);
      before = positions;
      const { loss, ...parts } = meansOf(results);
      curves.add('loss', step, loss!);
      curves.add('learningRate', step, learningRate);
      for (const [name, value] of Object.entries(parts)) curves.add(name, step, value);
      options.progress?.({
        step: step + 1,
        total: steps,
        ...(first === 0 ? {} : { from: first }),
        loss: loss!,
        throughput: pace.recent(),
        unit: 'images',
      });
      const isLast = step + 1 === steps;
      if ((extendable && isLast) || checkpoints?.isDue(isLast || (step + 1) % epoch === 0) === true)
        await save(step + 1);
    }
  } catch (error) {
    for (const result of results) disposeResult(result);
    throw error;
  } finally {
    gradients.dispose();
  }
  const spoilt = spoiltParameter(optimiser.parameters);
  if (spoilt !== null) throw new NonFiniteLossError('A weight is not finite', steps - 1, before, spoilt);
  const every = new Map(monitors.map((monitor) => [monitor.name, monitor.every]));
  return { curves: curves.finish(steps, every), throughput: pace.overall() };
}

/** Means of the losses and their parts over the batches of a step. */
function meansOf(results: readonly BatchResult[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { loss, parts } of results)
    for (const [name, value] of Object.entries({ loss, ...parts })) sums[name] = (sums[name] ?? 0) + value;
  if (results.length > 1) for (const name in sums) sums[name]! /= results.length;
  return sums;
}

/** The origin of a loss that is not finite: the update before, or this batch. */
function nonFinite(
  loss: number,
  compute: () => StepLoss,
  { step, positions, before }: { step: number; positions: Uint32Array; before: Uint32Array },
  { optimiser, state = {} }: Pick<TrainOptions<StepBatch>, 'optimiser' | 'state'>,
): NonFiniteLossError {
  const { parameters } = optimiser;
  const spoilt = spoiltParameter(parameters);
  if (spoilt !== null) return new NonFiniteLossError(`The loss became ${loss} by the update`, step - 1, before, spoilt);
  const all = [...Object.values(state).flat(), ...parameters];
  const source = firstNonFinite(
    compute,
    all,
    parameters.map(({ variable }) => variable),
  );
  return new NonFiniteLossError(`The loss is ${loss}`, step, positions, source);
}

/** Measures the monitors that are due, and warns once for each. */
function watcher(
  { steps, monitors = [], warn }: Pick<TrainOptions<StepBatch>, 'steps' | 'monitors' | 'warn'>,
  curves: CurveRecorder,
): (features: tf.Tensor2D, step: number) => Promise<void> {
  const warned = new Set<string>();
  return async (features, step) => {
    for (const { name, every, measure, warning } of monitors) {
      if (step % every !== 0 && step + 1 !== steps) continue;
      const value = await measure(features, step);
      if (Number.isNaN(value)) continue;
      curves.add(name, step, value);
      const line = warning?.(value, step) ?? null;
      if (line === null || warned.has(name)) continue;
      warned.add(name);
      warn?.(line);
    }
  };
}
