export * from './calibration/base-statistics.js';
export * from './calibration/distribution-calibration.js';
export * from './calibration/sample-distributions.js';
export * from './calibration/tukey-transform.js';
export * from './cluster-naming.js';
export * from './propagation/even-classes.js';
export * from './propagation/propagated-scores.js';
export * from './propagation/rbf-graph.js';
export * from './propagation/refine-shares.js';
export * from './prototypes/bd-cspn.js';
export * from './prototypes/laplacian-shot.js';
export * from './prototypes/prototypical-logits.js';
export * from './prototypes/simpleshot.js';
export * from './prototypes/tim-adm.js';
export {
  classifySemiSupervised,
  type PredictedRows,
  type SemiSupervised,
  type SemiSupervisedOptions,
} from './semi-supervised/classify-semi-supervised.js';
export { noneThreshold } from './semi-supervised/none-of-these.js';
export * from './transport/pt-map-features.js';
export * from './transport/transport-classes.js';
export * from './votes/knn-votes.js';
export * from './votes/matching-attention.js';
