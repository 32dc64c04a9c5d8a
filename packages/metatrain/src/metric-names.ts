/** Losses of `metatrain/metric`; here apart, so that a declaration needs no engine. */
export const metricLossNames = [
  'contrastive',
  'triplet',
  'n-pair',
  'lifted-structure',
  'generalised-lifted-structure',
  'ranked-list',
  'multi-similarity',
  'circle',
  'supervised-contrastive',
  'arcface',
  'sub-centre-arcface',
  'cosface',
  'focal',
  'proxy-anchor',
] as const;
export type MetricLossName = (typeof metricLossNames)[number];

export const minerNames = ['none', 'semi-hard', 'batch-hard', 'multi-similarity'] as const;
export type MinerName = (typeof minerNames)[number];
