import { NonFiniteLossError, learningRateSweep, train } from '@twoshot/nn';
import type { StageContext } from '@twoshot/stage';
import { type OptimiserParams, optimiserOf, type PixelBatch, type PreparedTraining } from '@twoshot/training';

export interface LearningRateSweep {
  readonly start: number;
  readonly end: number;
  readonly steps: number;
  /** Weight of earlier losses in the running average. */
  readonly smoothing: number;
}

/** Losses of a range test, up to its end or divergence. */
export interface SweptLearningRates {
  /** [n] */
  readonly rates: number[];
  /** [n] */
  readonly losses: number[];
}

/**
 * Trains with a learning rate that rises with every step (Smith 2017, section 3.3), until the end is reached or the
 * smoothed loss is as far above its start as it had fallen below: the rest of the curve is meaningless. The network is
 * unusable afterwards.
 *
 * @param lossFloor lower bound of the loss
 * @param scale factor of the learning rate for the optimiser
 */
export async function sweepLearningRates(
  {
    params,
    progress,
    warn,
    signal,
  }: Pick<StageContext<never, never, never>, 'progress' | 'warn' | 'signal'> & { readonly params: OptimiserParams },
  { part }: Pick<PreparedTraining<PixelBatch>, 'part'>,
  { steps, smoothing, scale, lossFloor, ...range }: LearningRateSweep & { scale: number; lossFloor: number },
): Promise<SweptLearningRates> {
  const { groups, network, frozen, beta2, ...rest } = part;
  const learningRate = learningRateSweep({ ...range, steps });
  const optimiser = await optimiserOf(params, { groups, ...(beta2 === undefined ? {} : { beta2 }) });
  const enough = new AbortController();
  const swept: SweptLearningRates = { rates: [], losses: [] };
  let [first, smallest, average] = [Number.NaN, Infinity, 0];
  try {
    await train({
      ...rest,
      steps,
      optimiser,
      learningRate: (step) => scale * learningRate(step),
      accumulate: params.accumulate,
      ...(params.clip === null ? {} : { clip: params.clip }),
      state: {
        network: [...network.parameters, ...network.buffers],
        frozen: frozen === undefined ? [] : [...frozen.parameters, ...frozen.buffers],
      },
      progress(done) {
        progress(done);
        swept.rates.push(learningRate(done.step - 1));
        swept.losses.push(done.loss);
        average = smoothing * average + (1 - smoothing) * (done.loss - lossFloor);
        const smoothed = average / (1 - smoothing ** done.step);
        if (done.step === 1) first = smoothed;
        smallest = Math.min(smallest, smoothed);
        // Before the first decrease, noise must not end the test.
        if (smoothed > first + Math.max(first - smallest, 0.1 * first)) enough.abort();
      },
      warn,
      signal: AbortSignal.any([signal, enough.signal]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!enough.signal.aborted && !(error instanceof NonFiniteLossError)) throw error;
  } finally {
    optimiser.dispose();
  }
  return swept;
}
