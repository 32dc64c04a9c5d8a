import type { StageContext } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import { type BackboneTraining, type PixelBatch, prepareTraining, type Recipe } from './prepare-training.js';
import { runTraining, type TrainingContext } from './run-training.js';
import type { TrainingParams } from './training-params.js';

export interface BackboneContext extends TrainingContext, Pick<StageContext<never, never, never>, 'seed' | 'threads'> {
  readonly params: TrainingParams;
  readonly outputs: { readonly model: string };
}

/** How a model records its origin, and how it prepares images. */
export interface ModelOrigin {
  /** `family/implementation`. */
  readonly stage: string;
  readonly policy: Policy;
  /** Side of the images for the model; null for their own. */
  readonly size: number | null;
  /** Highest learning rate. */
  readonly learningRate: number;
  /** Settings of the method. */
  readonly settings: Recipe;
}

/** Trains a backbone, new or of a model, with the heads of a method, and writes the model. */
export async function trainBackbone<B extends PixelBatch>(
  context: BackboneContext,
  training: BackboneTraining<B>,
  { stage, policy, size, learningRate, settings }: ModelOrigin,
): Promise<void> {
  const { writeModel } = await import('@twoshot/artifact');
  const { preparationOf } = await import('@twoshot/model');
  const { average, optimiser, schedule } = context.params;
  const { steps, images } = training;
  const { part, monitors, saved, close } = await prepareTraining(context, training);
  try {
    const { curves } = await runTraining(context, { ...part, steps, learningRate, average, monitors });
    await writeModel(context.outputs.model, {
      ...(await saved()),
      preparation: preparationOf(policy, images, size),
      recipe: { stage, policy: policy.name, steps, learningRate, optimiser, schedule, average, ...settings },
      curves,
    });
  } finally {
    await close();
  }
}
