import { integer, number, type ParamValues } from '@twoshot/stage';
import { optimiserParams } from './optimiser-params.js';
import { scheduleParams } from './schedule-params.js';

/** Params of every stage that trains; what differs in its default is given. */
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
      doc: 'decay of the average of the weights that becomes the result; 0 takes the last weights',
    }),
  };
}

export type TrainingParams = ParamValues<ReturnType<typeof trainingParams>>;
