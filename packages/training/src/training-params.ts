import { integer, number, type ParamValues } from '@twoshot/stage';

/** Params of every stage that trains; what differs in its default is given. */
export function trainingParams(defaults: { steps: number; rate: number; warmup: number; weightDecay: number }) {
  return {
    steps: integer({ default: defaults.steps, minimum: 1, doc: 'optimiser steps' }),
    rate: number({ default: defaults.rate, minimum: 0, doc: 'highest learning rate; falls to 0 along a cosine' }),
    warmup: number({
      default: defaults.warmup,
      minimum: 0,
      maximum: 1,
      doc: 'share of the steps in which the rate rises',
    }),
    weightDecay: number({ default: defaults.weightDecay, minimum: 0, doc: 'decay of filters and matrices' }),
  };
}

export type TrainingParams = ParamValues<ReturnType<typeof trainingParams>>;
