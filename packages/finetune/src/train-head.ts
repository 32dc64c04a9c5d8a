import type { Images } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { type Curve, fixMatchLoss, labelSmoothingLoss, type StepLoss } from '@twoshot/nn';
import { oneGroup, runTraining, type TrainingContext, type TrainingPart } from '@twoshot/training';
import type { StageContext } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import type { HeadNetwork } from './head-network.js';
import type { TrainingRows } from './training-rows.js';
import { createViewBatches, type Unlabelled, type ViewBatch } from './view-batches.js';

/** Consistency of weak and strong views of unlabelled images (FixMatch, Sohn et al. 2020). */
export interface Consistency extends Unlabelled {
  readonly weight: number;
  readonly threshold: number;
}

/** Settings of both phases of the training. */
export interface HeadTraining {
  readonly network: HeadNetwork;
  readonly images: Images;
  readonly rows: TrainingRows;
  readonly policy: Policy;
  readonly batch: number;
  /** Fraction of a label that is spread over all classes. */
  readonly smoothing: number;
}

/** The part of its context that a stage passes on. */
export interface HeadContext extends TrainingContext, Pick<StageContext<never, never, never>, 'threads'> {}

type Curves = Readonly<Record<string, Curve>>;

/**
 * Trains the head alone on the features of the backbone, so that a random head does not damage the backbone afterwards
 * (Kumar et al. 2022).
 */
export function trainHeadAlone(
  context: HeadContext,
  training: HeadTraining,
  { steps, learningRate, seed }: { steps: number; learningRate: number; seed: number },
): Promise<Curves> {
  const { backbone, classifier } = training.network;
  return trainPart(context, training, {
    ...oneGroup(classifier.module),
    phase: 'head',
    steps,
    learningRate,
    unlabelled: null,
    seed,
    average: 0,
    loss(given) {
      const features = backbone.module.forward(viewsOf(training, given.weak), { training: false });
      return supervisedLoss(classifier.module.forward(features, { training: true }), given, training.smoothing);
    },
  });
}

/** Trains backbone and head; the network ends with the average of its weights where `average` is not 0. */
export function trainWhole(
  context: HeadContext,
  training: HeadTraining,
  options: { steps: number; learningRate: number; seed: number; average: number; consistency: Consistency | null },
): Promise<Curves> {
  const { network, batch, smoothing } = training;
  const { consistency, ...part } = options;
  const mode = { training: true };
  const labelledLoss = (given: ViewBatch): StepLoss =>
    supervisedLoss(network.forward(viewsOf(training, given.weak), mode), given, smoothing);
  const consistentLoss = (given: ViewBatch, { threshold, weight, count }: Consistency): StepLoss => {
    // One pass, so that batch norm sees labelled and unlabelled images together.
    const x = tf.concat([viewsOf(training, given.weak), viewsOf(training, given.strong!)]);
    const [own, weak, strong] = tf.split<tf.Tensor2D>(network.forward(x, mode), [batch, count, count]);
    const { loss, parts } = supervisedLoss(own!, given, smoothing);
    const { loss: agreement, maskRate } = fixMatchLoss(weak!, strong!, { threshold, weight });
    return { loss: tf.add(loss, agreement), parts: { ...parts, agreement, sure: tf.scalar(maskRate) } };
  };
  return trainPart(context, training, {
    ...part,
    ...oneGroup(network),
    phase: 'backbone and head',
    unlabelled: consistency,
    loss: (given) => (consistency === null ? labelledLoss(given) : consistentLoss(given, consistency)),
  });
}

async function trainPart(
  context: HeadContext,
  { images, rows, policy, batch }: HeadTraining,
  part: Pick<
    TrainingPart<ViewBatch>,
    'phase' | 'steps' | 'learningRate' | 'groups' | 'network' | 'average' | 'loss'
  > & {
    unlabelled: Unlabelled | null;
    seed: number;
  },
): Promise<Curves> {
  const { unlabelled, seed, ...rest } = part;
  const views = createViewBatches({ images, rows, policy, unlabelled, batch, seed, threads: context.threads });
  try {
    const { curves } = await runTraining(context, { ...rest, batch: (number) => views.batch(number) });
    return curves;
  } finally {
    await views.close();
  }
}

function viewsOf({ images: { channels }, policy: { size } }: HeadTraining, pixels: Float32Array): tf.Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (size * size * channels), size, size, channels]);
}

function supervisedLoss(
  logits: tf.Tensor2D,
  { labels, weights }: ViewBatch,
  smoothing: number,
): { readonly loss: tf.Scalar; readonly parts: { readonly accuracy: tf.Scalar } } {
  const { loss } = labelSmoothingLoss(logits, labels, { epsilon: smoothing, weights });
  const right = tf.equal(tf.argMax(logits, 1), tf.tensor1d(labels, 'int32'));
  return { loss, parts: { accuracy: tf.mean(tf.cast(right, 'float32')) } };
}
