import type { Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Backbone, Module, NamedParameter, Optimiser, StepLoss } from '@twoshot/nn';
import type { InputArtifact, StageContext } from '@twoshot/stage';
import { architectureOf } from './network-params.js';
import { createSizedViews, sizeSpans } from './sized-views.js';
import { fitToViews, policyOf, recipeOf, startBackbone } from './start-backbone.js';
import type { TrainingParams } from './training-params.js';

/** Ports of every pre-training stage. */
export const pretrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'images to learn from' },
    policy: { kind: 'policy', doc: 'how views are made' },
    init: { kind: 'model', doc: 'backbone to go on from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;

export interface PretrainContext extends Pick<
  StageContext<never, never, never>,
  'seed' | 'progress' | 'warn' | 'signal'
> {
  readonly params: TrainingParams;
  readonly inputs: {
    readonly images: InputArtifact;
    readonly policy: InputArtifact;
    readonly init: InputArtifact | null;
  };
  readonly outputs: { readonly model: string };
}

type Head = Module<tf.Tensor2D, tf.Tensor2D>;

/** What one method of pre-training adds to the common course. */
export interface PretrainMethod<Name extends string> {
  /** `pretrain/...`, for the model's recipe. */
  readonly stage: string;
  /** Views of every image. */
  readonly views: number;
  /** Widths of the layers of every head, for a backbone of `dim`; kept in the model's architecture. */
  readonly heads: (dim: number) => Readonly<Record<Name, readonly number[]>>;
  readonly createHead: (name: string, widths: readonly number[]) => Head;
  readonly createOptimiser: (parameters: readonly NamedParameter[]) => Optimiser;
  /** Highest rate where it is not the param itself. */
  readonly rate?: number;
  /** @param x [views x images, side, side, channels], view-major */
  readonly loss: (x: tf.Tensor4D, backbone: Backbone, heads: Readonly<Record<Name, Head>>) => StepLoss;
  /** Settings of the method that the recipe names. */
  readonly recipe?: Readonly<Record<string, Json>>;
}

/** Reads images and policy, trains the backbone with the heads of a method, and writes the model. */
export async function pretrainBackbone<Name extends string>(
  { params, inputs, outputs, seed, progress, warn, signal }: PretrainContext,
  method: PretrainMethod<Name>,
): Promise<void> {
  const { readImages, writeModel } = await import('@twoshot/artifact');
  const { tf } = await import('@twoshot/engine');
  const { compose, disposeModule, featureSpread, saveWeights, shuffledBatches, train, warmupCosine } =
    await import('@twoshot/nn');

  const { steps, batch } = params;
  const { views } = method;
  const images = await readImages(inputs.images.path);
  const { channels } = images;
  const policy = await policyOf(inputs.policy.path);
  const { architecture, backbone, isFresh } = await startBackbone({
    init: inputs.init,
    architecture: () => architectureOf(params, channels),
    channels,
    seed: seed('weights'),
  });
  const widths = method.heads(backbone.dim);
  const heads = Object.fromEntries(
    Object.entries<readonly number[]>(widths).map(([name, sides]) => [name, method.createHead(name, sides)]),
  ) as Record<Name, Head>;
  const network = compose({ backbone, ...heads });
  const spans = sizeSpans(params);
  const source = await createSizedViews(policy, images, {
    views,
    seed: seed('views'),
    steps,
    spans,
    positions: shuffledBatches({ count: images.count, batch, seed: seed('batches') }),
  });
  const optimiser = method.createOptimiser(network.parameters.filter(({ trainable }) => trainable));
  const base = method.rate ?? params.rate;
  try {
    if (isFresh) await fitToViews(backbone, await source.batch(0), channels);
    const { curves } = await train({
      steps,
      optimiser,
      rate: warmupCosine({ base, warmup: Math.round(steps * params.warmup), total: steps }),
      batch: (step) => source.batch(step),
      loss: ({ pixels, size }) =>
        method.loss(tf.tensor4d(pixels, [views * batch, size, size, channels]), backbone, heads),
      monitors: [featureSpread()],
      progress,
      warn,
      signal,
    });
    await writeModel(outputs.model, {
      architecture: { backbone: { ...architecture }, ...widths },
      recipe: recipeOf(method.stage, policy, images, {
        steps,
        batch,
        views,
        rate: base,
        size: spans.at(-1)!.size,
        ...method.recipe,
      }),
      weights: await saveWeights({ backbone, ...heads }),
      curves,
    });
  } finally {
    await source.close();
    optimiser.dispose();
    disposeModule(network);
  }
}
