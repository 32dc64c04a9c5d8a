import { integer, number, type ParamValues } from '@twoshot/stage';
import { networkParams } from './network-params.js';

/** Params of every pre-training stage; what differs in its default is given. */
export function trainingParams(defaults: {
  steps: number;
  batch: number;
  rate: number;
  warmup: number;
  weightDecay: number;
}) {
  return {
    ...networkParams,
    steps: integer({ default: defaults.steps, minimum: 1, doc: 'optimiser steps' }),
    batch: integer({ default: defaults.batch, minimum: 2, doc: 'images a step' }),
    size: integer({ default: 16, minimum: 4, doc: 'side of the views in pixels' }),
    lateSize: integer({ default: 20, minimum: 4, doc: 'side of the views after the switch' }),
    switchAt: number({ default: 0.85, minimum: 0, maximum: 1, doc: 'share of the steps after which views grow' }),
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
