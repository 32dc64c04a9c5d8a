import { integer, number, type ParamValues } from '@twoshot/stage';
import { networkParams } from '../network-params.js';
import { trainingParams } from '../training-params.js';

/** Params of every pre-training stage; arguments set the defaults that differ. */
export function pretrainParams(defaults: Parameters<typeof trainingParams>[0] & { batch: number }) {
  return {
    ...networkParams('conv-residual'),
    ...trainingParams(defaults),
    batch: integer({ default: defaults.batch, minimum: 2, doc: 'images per step' }),
    size: integer({ default: 16, minimum: 4, doc: 'side of the views in pixels' }),
    lateSize: integer({ default: 20, minimum: 4, doc: 'side of the views after the switch' }),
    switchAt: number({
      default: 0.85,
      minimum: 0,
      maximum: 1,
      doc: 'fraction of the steps after which `lateSize` applies',
    }),
    rotation: number({
      default: 0,
      minimum: 0,
      doc: 'weight of predicting image rotations as an additional task; 0 for none',
    }),
  };
}

export type PretrainParams = ParamValues<ReturnType<typeof pretrainParams>>;
