import { integer, number, optional, type ParamValues } from '@twoshot/stage';
import { networkParams, trainingParams } from '@twoshot/training';

/** Params of every stage of the family; what differs in its default is given. */
export function metatrainParams(defaults: { steps: number }) {
  return {
    ...trainingParams({ ...defaults, learningRate: 0.001, warmup: 0.05, optimiser: 'adamw', weightDecay: 0.0005 }),
    ...networkParams('conv4'),
    confidence: number({
      default: 0,
      minimum: 0,
      maximum: 1,
      doc: 'probability that the cluster of an image must have in a soft partition',
    }),
    size: optional(integer({ minimum: 4, doc: 'pixels' }), 'side of the views in pixels; null for that of the policy'),
  };
}

export type MetatrainParams = ParamValues<ReturnType<typeof metatrainParams>>;

/** Params of stages that learn from episodes. */
export const episodeParams = {
  ways: integer({ default: 10, minimum: 2, doc: 'classes of an episode, cut to the clusters that there are' }),
  shots: integer({ default: 2, minimum: 1, doc: 'support images of a class' }),
  queries: integer({ default: 10, minimum: 1, doc: 'query images of a class' }),
};

export type EpisodeParams = ParamValues<typeof episodeParams>;
