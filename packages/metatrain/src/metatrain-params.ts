import { choice, integer, number, optional, type ParamValues } from '@twoshot/stage';

/** Params of every stage of the family; what differs in its default is given. */
export function metatrainParams(defaults: { steps: number }) {
  return {
    steps: integer({ default: defaults.steps, minimum: 1, doc: 'optimiser steps' }),
    confidence: number({
      default: 0,
      minimum: 0,
      maximum: 1,
      doc: 'probability that the cluster of an image must have in a soft partition',
    }),
    network: choice(['conv4', 'resnet9'], { default: 'conv4', doc: 'backbone where no model is given to go on from' }),
    width: integer({ default: 64, minimum: 1, doc: 'channels of the first layer of that backbone' }),
    size: optional(integer({ minimum: 4, doc: 'pixels' }), 'side of the views in pixels; null for that of the policy'),
    rate: number({ default: 0.001, minimum: 0, doc: 'highest learning rate; falls to 0 along a cosine' }),
    warmup: number({ default: 0.05, minimum: 0, maximum: 1, doc: 'share of the steps in which the rate rises' }),
    weightDecay: number({ default: 0.0005, minimum: 0, doc: 'decay of filters and matrices' }),
  };
}

export type MetatrainParams = ParamValues<ReturnType<typeof metatrainParams>>;
