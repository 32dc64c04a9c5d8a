import { writePage, writeMetrics } from '@twoshot/artifact';
import { suggestLearningRate } from '@twoshot/nn';
import { type Params, type StageContext, StageInputError } from '@twoshot/stage';
import {
  highestLearningRate,
  type OptimiserParams,
  prepareTraining,
  type PretrainDefinition,
  pretraining,
  type PretrainingContext,
} from '@twoshot/training';
import { learningRatePage } from './learning-rate-page.js';
import { type LearningRateSweep, sweepLearningRates } from './sweep-learning-rates.js';

export interface FindRateContext<P extends Params>
  extends
    PretrainingContext<P>,
    Pick<StageContext<never, never, never>, 'pipelineSeed' | 'progress' | 'log' | 'warn' | 'signal'> {
  readonly params: PretrainingContext<P>['params'] &
    OptimiserParams &
    LearningRateSweep & {
      readonly size: number;
    };
  readonly outputs: { readonly metrics: string; readonly html: string };
}

/** Minimum losses for a meaningful curve. */
const fewest = 8;

/** Tests a method with learning rates from `start` to `end`, and writes its suggestion and the curve. */
export async function findLearningRate<P extends Params>(
  context: FindRateContext<P>,
  definition: PretrainDefinition<P>,
): Promise<void> {
  const { params, outputs, log } = context;
  const { steps, start, end, size, smoothing } = params;
  if (end <= start)
    throw new StageInputError(
      'rates',
      `The last learning rate ${end} is not above the first one ${start}: raise \`end\`.`,
    );
  const { lossFloor } = definition;
  const { training, images } = await pretraining(context, definition, { steps, spans: [{ from: 0, size }] });
  const prepared = await prepareTraining(context, training);
  const scale = highestLearningRate({ ...params, learningRate: 1 }, definition);
  try {
    const { rates, losses } = await sweepLearningRates(context, prepared, {
      steps,
      start,
      end,
      smoothing,
      scale,
      lossFloor,
    });
    if (rates.length < fewest)
      throw new StageInputError(
        'rates',
        `The loss diverged after ${rates.length} of ${steps} steps, too early to read a learning rate off: lower \`start\`.`,
      );
    const raised = losses.map((loss) => loss - lossFloor);
    const { smoothed, steepest, minimum } = suggestLearningRate(rates, raised, { beta: smoothing });
    log(
      `${steepest.learningRate.toPrecision(3)} where the loss falls fastest, ${minimum.learningRate.toPrecision(3)} by its minimum`,
    );
    await writeMetrics(outputs.metrics, {
      values: { steepest: steepest.learningRate, minimum: minimum.learningRate },
      protocol: {
        type: 'curve',
        set: images.set,
        rows: images.count,
        over: 'learning rate',
        points: rates.length,
        seed: context.pipelineSeed,
        n: 1,
        outside: context.inputs.init?.outside ?? [],
      },
    });
    const page = learningRatePage({
      title: `Learning rate of ${definition.name}`,
      rates,
      losses,
      smoothed: Array.from(smoothed, (value) => value + lossFloor),
      marks: [
        { name: 'steepest', learningRate: steepest.learningRate },
        { name: 'minimum / 10', learningRate: minimum.learningRate },
      ],
    });
    await writePage(outputs.html, 'rate-finder.html', page);
  } finally {
    await prepared.close();
  }
}
