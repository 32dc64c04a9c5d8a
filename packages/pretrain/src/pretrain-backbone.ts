import type { Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Backbone, Module, NamedParameter, Optimiser, StepLoss } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';
import { architectureOf, type BackboneContext, policyOf, trainBackbone } from '@twoshot/training';
import type { PretrainParams } from './pretrain-params.js';
import { createSizedViews, sizeSpans } from './sized-views.js';

/** Ports of every pre-training stage. */
export const pretrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'images to learn from' },
    policy: { kind: 'policy', doc: 'how views are made' },
    init: { kind: 'model', doc: 'backbone to go on from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;

export interface PretrainContext extends BackboneContext {
  readonly params: PretrainParams;
  readonly inputs: {
    readonly images: InputArtifact;
    readonly policy: InputArtifact;
    readonly init: InputArtifact | null;
  };
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
  context: PretrainContext,
  method: PretrainMethod<Name>,
): Promise<void> {
  const { readImages } = await import('@twoshot/artifact');
  const { shuffledBatches } = await import('@twoshot/nn');
  const { params, inputs, seed } = context;
  const { steps, batch } = params;
  const { stage, views, createOptimiser } = method;
  const images = await readImages(inputs.images.path);
  const policy = await policyOf(inputs.policy.path);
  const spans = sizeSpans(params);
  const rate = method.rate ?? params.rate;
  await trainBackbone(context, {
    stage,
    images,
    policy,
    init: inputs.init,
    architecture: () => architectureOf(params, images.channels),
    heads(dim) {
      const widths = method.heads(dim);
      const modules = Object.entries<readonly number[]>(widths).map(([name, sides]) => [
        name,
        method.createHead(name, sides),
      ]);
      return { modules: Object.fromEntries(modules) as Record<Name, Head>, architecture: widths };
    },
    source: async () => ({
      epoch: Math.max(1, Math.floor(images.count / batch)),
      ...(await createSizedViews(policy, images, {
        views,
        seed: seed('views'),
        steps,
        spans,
        positions: shuffledBatches({ count: images.count, batch, seed: seed('batches') }),
      })),
    }),
    createOptimiser,
    rate,
    loss: (x, _, { backbone, heads }) => method.loss(x, backbone, heads),
    recipe: { steps, batch, views, rate, size: spans.at(-1)!.size, ...method.recipe },
  });
}
