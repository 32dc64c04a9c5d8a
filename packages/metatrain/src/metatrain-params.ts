import { integer, number, optional, type ParamValues } from '@twoshot/stage';
import { networkParams, trainingParams } from '@twoshot/training';

/** Params of every stage of the family; arguments set the defaults that differ. */
export function metatrainParams(defaults: { steps: number }) {
  return {
    ...trainingParams({ ...defaults, learningRate: 0.001, warmup: 0.05, optimiser: 'adamw', weightDecay: 0.0005 }),
    ...networkParams('conv4'),
    confidence: number({
      default: 0,
      minimum: 0,
      maximum: 1,
      doc: 'minimum probability of the cluster of an image in a soft partition',
    }),
    size: optional(
      integer({ minimum: 4, doc: 'pixels' }),
      'side of the views in pixels; null for the side of the policy',
    ),
  };
}

export type MetatrainParams = ParamValues<ReturnType<typeof metatrainParams>>;

/** Params of stages that train on episodes. */
export const episodeParams = {
  ways: integer({ default: 10, minimum: 2, doc: 'classes per episode; at most the number of clusters' }),
  shots: integer({ default: 2, minimum: 1, doc: 'support images per class' }),
  queries: integer({ default: 10, minimum: 1, doc: 'query images per class' }),
};

export type EpisodeParams = ParamValues<typeof episodeParams>;
