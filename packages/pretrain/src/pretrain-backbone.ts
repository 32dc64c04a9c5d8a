import type { Images } from '@twoshot/artifact';
import type { InputArtifact, ParamValues, StageContext } from '@twoshot/stage';
import {
  architectureOf,
  type BackboneContext,
  type BackboneTraining,
  type networkParams,
  type OptimiserParams,
  policyOf,
  trainBackbone,
} from '@twoshot/training';
import type { Policy } from '@twoshot/views';
import type { Head, PretrainMethod } from './methods/method.js';
import type { PretrainParams } from './pretrain-params.js';
import { createSizedViews, type SizedBatch, type SizeSpan, sizeSpans } from './sized-views.js';

/** Ports of every pre-training stage. */
export const pretrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'images to learn from' },
    policy: { kind: 'policy', doc: 'how views are made' },
    init: { kind: 'model', doc: 'backbone to go on from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;

interface PretrainInputs {
  readonly images: InputArtifact;
  readonly policy: InputArtifact;
  readonly init: InputArtifact | null;
}

export interface PretrainContext extends BackboneContext {
  readonly params: PretrainParams;
  readonly inputs: PretrainInputs;
}

/** Reads images and policy, trains the backbone with the heads of a method, and writes the model. */
export async function pretrainBackbone<Name extends string>(
  context: PretrainContext,
  stage: string,
  method: PretrainMethod<Name>,
): Promise<void> {
  const { params } = context;
  const { batch } = params;
  const spans = sizeSpans(params);
  const rate = highestRate(params, method);
  const { training, policy } = await pretraining(context, method, { steps: params.steps, spans });
  const settings = { batch, views: method.views, size: spans.at(-1)!.size, ...method.recipe };
  await trainBackbone(context, training, { stage, policy, rate, settings });
}

/** The rate for the images of a step. */
export function highestRate(
  { rate, batch, accumulate }: Pick<PretrainParams, 'rate' | 'batch' | 'accumulate'>,
  { rateFor }: Pick<PretrainMethod, 'rateFor'>,
): number {
  return rateFor === null ? rate : (rate * batch * accumulate) / rateFor;
}

/** What every stage needs that trains by a method of pre-training. */
export interface PretrainingContext extends Pick<StageContext<never, never, never>, 'seed'> {
  readonly params: ParamValues<ReturnType<typeof networkParams>> &
    Pick<OptimiserParams, 'accumulate'> & { readonly batch: number };
  readonly inputs: PretrainInputs;
}

type Training<Name extends string> = BackboneTraining<SizedBatch, Readonly<Record<Name, Head>>>;

/** What a method does with the images and the policy of a stage. */
export async function pretraining<Name extends string>(
  { params, inputs, seed }: PretrainingContext,
  method: PretrainMethod<Name>,
  { steps, spans }: { steps: number; spans: readonly SizeSpan[] },
): Promise<{ training: Training<Name>; policy: Policy; images: Images }> {
  const { readImages } = await import('@twoshot/artifact');
  const { shuffledBatches } = await import('@twoshot/nn');
  const { batch, accumulate } = params;
  const { views, beta2, loss } = method;
  const images = await readImages(inputs.images.path);
  const policy = await policyOf(inputs.policy.path);
  const training: Training<Name> = {
    images,
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
      settings: { size: (step: number) => spans.findLast(({ from }) => step >= from)!.size },
      epoch: Math.max(1, Math.floor(images.count / (batch * accumulate))),
      ...(await createSizedViews(policy, images, {
        views,
        seed: seed('views'),
        steps,
        accumulate,
        spans,
        positions: shuffledBatches({ count: images.count, batch, seed: seed('batches') }),
      })),
    }),
    views,
    ...(beta2 === undefined ? {} : { beta2 }),
    loss: (x, _, { backbone, heads }) => loss(x, backbone, heads),
  };
  return { training, policy, images };
}
