import { integer, number, type ParamValues } from '@twoshot/stage';
import { optimiserParams } from './optimiser-params.js';
import { scheduleParams } from './schedule-params.js';

/** Params of every stage with a training loop; arguments set the defaults that differ. */
export function trainingParams(
  defaults: Parameters<typeof optimiserParams>[0] &
    Parameters<typeof scheduleParams>[0] & { steps: number; average?: number },
) {
  return {
    steps: integer({ default: defaults.steps, minimum: 1, doc: 'optimiser steps' }),
    ...scheduleParams(defaults),
    ...optimiserParams(defaults),
    average: number({
      default: defaults.average ?? 0,
      minimum: 0,
      maximum: 1,
      doc: 'decay of the running average of the weights, which is the result; 0 uses the last weights',
    }),
  };
}

export type TrainingParams = ParamValues<ReturnType<typeof trainingParams>>;
