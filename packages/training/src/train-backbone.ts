import type { Json } from '@twoshot/artifact';
import type { StageContext } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import { type BackboneTraining, type Heads, type PixelBatch, prepareBackbone } from './prepare-backbone.js';
import { recipeOf } from './recipe.js';
import { runTraining, type TrainingContext } from './run-training.js';
import type { TrainingParams } from './training-params.js';

export interface BackboneContext extends TrainingContext, Pick<StageContext<never, never, never>, 'seed'> {
  readonly params: TrainingParams;
  readonly outputs: { readonly model: string };
}

/** What the model remembers of how it was made. */
export interface BackboneRecipe {
  /** `family/implementation`. */
  readonly stage: string;
  readonly policy: Policy;
  /** Highest rate. */
  readonly rate: number;
  /** Settings of the method. */
  readonly settings: Readonly<Record<string, Json>>;
}

/** Trains a backbone, fresh or of a model, with the heads of a method, and writes the model. */
export async function trainBackbone<B extends PixelBatch, H extends Heads>(
  context: BackboneContext,
  training: BackboneTraining<B, H>,
  { stage, policy, rate, settings }: BackboneRecipe,
): Promise<void> {
  const { writeModel } = await import('@twoshot/artifact');
  const { steps, average, optimiser, schedule } = context.params;
  const { part, monitors, architecture, weights, close } = await prepareBackbone(context, training);
  try {
    const { curves } = await runTraining(context, { ...part, steps, rate, average, monitors });
    await writeModel(context.outputs.model, {
      architecture,
      recipe: recipeOf(stage, policy, training.images, { steps, rate, optimiser, schedule, average, ...settings }),
      weights: await weights(),
      curves,
    });
  } finally {
    await close();
  }
}
