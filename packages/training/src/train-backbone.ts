import type { Images, Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Backbone, BackboneArchitecture, Module, NamedParameter, Optimiser, StepLoss } from '@twoshot/nn';
import type { InputArtifact, StageContext } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import { recipeOf } from './recipe.js';
import { runTraining, type TrainingContext } from './run-training.js';
import { startBackbone } from './start-backbone.js';
import type { TrainingParams } from './training-params.js';

export interface BackboneContext extends TrainingContext, Pick<StageContext<never, never, never>, 'seed'> {
  readonly params: TrainingParams;
  readonly outputs: { readonly model: string };
}

/** Views that a step works on. */
export interface PixelBatch {
  readonly positions: Uint32Array;
  /** [views, size, size, channels] */
  readonly pixels: Float32Array;
  readonly size: number;
}

/** Where batches come from; they may be prepared ahead. */
export interface BatchSource<B> {
  batch(step: number): Promise<B>;
  /** Steps of an epoch, where there are epochs. */
  readonly epoch?: number;
  close(): Promise<void>;
}

export type Heads = Readonly<Record<string, Pick<Module, 'parameters' | 'buffers'>>>;

/** What one method of training a backbone adds to the common course. */
export interface BackboneTraining<B extends PixelBatch, H extends Heads> {
  /** `family/implementation`, for the model's recipe. */
  readonly stage: string;
  readonly images: Pick<Images, 'channels'>;
  readonly policy: Policy;
  /** Model to go on from. */
  readonly init: InputArtifact | null;
  /** Of a fresh backbone. */
  readonly architecture: () => Promise<BackboneArchitecture>;
  /** Heads for a backbone of `dim`, saved with it under their names, and what the architecture says of them. */
  readonly heads: (dim: number) => { readonly modules: H; readonly architecture: Readonly<Record<string, Json>> };
  readonly source: () => Promise<BatchSource<B>>;
  readonly createOptimiser: (parameters: readonly NamedParameter[]) => Optimiser;
  /** Highest rate. */
  readonly rate: number;
  /** @param x [views, size, size, channels] the batch's pixels */
  readonly loss: (x: tf.Tensor4D, batch: B, network: { readonly backbone: Backbone; readonly heads: H }) => StepLoss;
  /** Settings that the recipe names. */
  readonly recipe: Readonly<Record<string, Json>>;
}

/** Trains a backbone, fresh or of a model, with the heads of a method, and writes the model. */
export async function trainBackbone<B extends PixelBatch, H extends Heads>(
  context: BackboneContext,
  training: BackboneTraining<B, H>,
): Promise<void> {
  const { writeModel } = await import('@twoshot/artifact');
  const { tf } = await import('@twoshot/engine');
  const { compose, disposeModule, featureSpread, saveWeights } = await import('@twoshot/nn');
  const { params, seed } = context;
  const { stage, images, policy, init, rate } = training;
  const { channels } = images;
  const { architecture, backbone, isFresh } = await startBackbone({
    init,
    architecture: training.architecture,
    channels,
    seed: seed('weights'),
  });
  const heads = training.heads(backbone.dim);
  const parts = { backbone, ...heads.modules };
  const network = compose(parts);
  const optimiser = training.createOptimiser(network.parameters.filter(({ trainable }) => trainable));
  const source = await training.source();
  const viewsOf = ({ pixels, size }: B): tf.Tensor4D =>
    tf.tensor4d(pixels, [pixels.length / (size * size * channels), size, size, channels]);
  try {
    if (isFresh && backbone.fit !== null) {
      const views = viewsOf(await source.batch(0));
      await backbone.fit(views);
      views.dispose();
    }
    const { curves } = await runTraining(context, params, {
      steps: params.steps,
      optimiser,
      network,
      rate,
      batch: (step) => source.batch(step),
      ...(source.epoch === undefined ? {} : { epoch: source.epoch }),
      loss: (batch) => training.loss(viewsOf(batch), batch, { backbone, heads: heads.modules }),
      monitors: [featureSpread()],
    });
    await writeModel(context.outputs.model, {
      architecture: { backbone: { ...architecture }, ...heads.architecture },
      recipe: recipeOf(stage, policy, images, training.recipe),
      weights: await saveWeights(parts),
      curves,
    });
  } finally {
    await source.close();
    optimiser.dispose();
    disposeModule(network);
  }
}
