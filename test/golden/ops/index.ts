import type { OpTable } from '../op-table.js';
import { ops as augment } from './augment.js';
import { ops as clusteringMetrics } from './clustering-metrics.js';
import { ops as ensembling } from './ensembling.js';
import { ops as fewshot } from './fewshot.js';
import { ops as layers } from './layers.js';
import { ops as lossesMetric } from './losses-metric.js';
import { ops as lossesSsl } from './losses-ssl.js';
import { ops as methods } from './methods.js';
import { ops as optimSchedules } from './optim-schedules.js';
import { ops as vision } from './vision.js';

/** One table a family; a family is the `family` of a golden file. */
export const opTables: Readonly<Record<string, OpTable>> = {
  augment,
  'clustering-metrics': clusteringMetrics,
  ensembling,
  fewshot,
  layers,
  'losses-metric': lossesMetric,
  'losses-ssl': lossesSsl,
  methods,
  'optim-schedules': optimSchedules,
  vision,
};
