import type { Images } from '@twoshot/artifact';
import type { InputArtifact, Params, ParamValues, StageContext } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import { architectureOf, type networkParams } from '../network-params.js';
import type { OptimiserParams } from '../optimiser-params.js';
import { policyOf } from '../policy.js';
import type { BackboneTraining } from '../prepare-training.js';
import { type BackboneContext, trainBackbone } from '../train-backbone.js';
import { type MethodStart, type PretrainDefinition, viewGroups } from './method.js';
import type { PretrainParams } from './pretrain-params.js';
import { createSizedViews, type SizedBatch, type SizeSpan, sizeSpans } from './sized-views.js';

interface PretrainInputs {
  readonly images: InputArtifact;
  readonly policy: InputArtifact;
  readonly init: InputArtifact | null;
}

export interface PretrainContext<P extends Params> extends BackboneContext {
  readonly params: PretrainParams & ParamValues<P>;
  readonly inputs: PretrainInputs;
}

/** Reads images and policy, trains the backbone with the heads of a method, and writes the model. */
export async function pretrainBackbone<P extends Params>(
  context: PretrainContext<P>,
  definition: PretrainDefinition<P>,
): Promise<void> {
  const { params } = context;
  const { batch, rotation } = params;
  const spans = sizeSpans(params);
  const { training: plain, policy } = await pretraining(context, definition, { steps: params.steps, spans });
  const training = rotation === 0 ? plain : withRotation(plain, context.seed, rotation);
  const settings = {
    batch,
    views: training.views,
    ...ownParams(params, definition),
    ...(rotation === 0 ? {} : { rotation }),
  };
  // Views are crops, so the whole image at its own side shows objects at about the same scale.
  const origin = { stage: definition.name, policy, size: null, settings };
  await trainBackbone(context, training, { ...origin, learningRate: highestLearningRate(params, definition) });
}

function withRotation(
  training: BackboneTraining<SizedBatch>,
  seed: (purpose: string) => number,
  weight: number,
): BackboneTraining<SizedBatch> {
  return {
    ...training,
    async method(backbone, epoch) {
      const { withRotationTerm } = await import('./rotation-term.js');
      return withRotationTerm(await training.method(backbone, epoch), { backbone, seed }, weight);
    },
  };
}

/** The params of this method alone, for the model's recipe. */
function ownParams<P extends Params>(params: ParamValues<P>, definition: PretrainDefinition<P>): Record<string, never> {
  return Object.fromEntries(Object.keys(definition.params).map((name) => [name, params[name] as never]));
}

/** The learning rate, scaled by the images of a step. */
export function highestLearningRate(
  { learningRate, batch, accumulate }: Pick<PretrainParams, 'learningRate' | 'batch' | 'accumulate'>,
  { learningRateFor }: Pick<PretrainDefinition<Params>, 'learningRateFor'>,
): number {
  return learningRateFor === null ? learningRate : (learningRate * batch * accumulate) / learningRateFor;
}

/** What every pre-training stage needs. */
export interface PretrainingContext<P extends Params> extends Pick<
  StageContext<never, never, never>,
  'seed' | 'threads'
> {
  readonly params: ParamValues<ReturnType<typeof networkParams>> &
    Pick<OptimiserParams, 'accumulate'> & { readonly batch: number } & ParamValues<P>;
  readonly inputs: PretrainInputs;
}

/** Trains with the images and the policy of a stage. */
export async function pretraining<P extends Params>(
  { params, inputs, seed, threads }: PretrainingContext<P>,
  definition: PretrainDefinition<P>,
  { steps, spans }: { steps: number; spans: readonly SizeSpan[] },
): Promise<{ training: BackboneTraining<SizedBatch>; policy: Policy; images: Images }> {
  const { readImages } = await import('@twoshot/artifact');
  const { shuffledBatches } = await import('@twoshot/nn');
  const { batch, accumulate } = params;
  const images = await readImages(inputs.images.path);
  const policy = await policyOf(inputs.policy.path);
  const groups = viewGroups(definition, params);
  const training: BackboneTraining<SizedBatch> = {
    images,
    init: inputs.init,
    architecture: () => architectureOf(params, images.channels),
    steps,
    accumulate,
    views: groups[0]!.count,
    source: async () => ({
      settings: { size: (step: number) => spans.findLast(({ from }) => step >= from)!.size },
      epoch: Math.max(1, Math.floor(images.count / (batch * accumulate))),
      ...(await createSizedViews(policy, images, {
        groups,
        seed,
        steps,
        accumulate,
        spans,
        threads,
        positions: shuffledBatches({ count: images.count, batch, seed: seed('batches') }),
      })),
    }),
    async method(backbone, epoch) {
      const { eachRange, overViews, preparationOf } = await import('@twoshot/model');
      const preparation = { ...preparationOf(policy, images, spans[0]!.size), mirror: false };
      const everyImage: MethodStart<P>['everyImage'] = (forward) =>
        eachRange(images.count, batch, (range) => overViews(images, preparation, range, { forward }));
      return definition.method({ params, seed, backbone, images, batch, steps, epoch, everyImage });
    },
  };
  return { training, policy, images };
}
