export * as tf from './tf.js';
export {
  updateAdam,
  updateAverages,
  updateLars,
  updateSgd,
  type AdamParameter,
  type AdamSettings,
  type LarsParameter,
  type LarsSettings,
  type SgdParameter,
  type SgdSettings,
} from './multi-tensor.js';
export { batchNorm } from './ops/batch-norm.js';
export type { BatchNorm, BatchNormOptions } from './ops/batch-norm-result.js';
export { biasAdd } from './ops/bias-add.js';
export { createClusterSums, type ClusterSums } from './ops/cluster-sums.js';
export { createConvolution, type ConstantConvolution } from './ops/constant-convolution.js';
export { conv2d, type Conv2dOptions } from './ops/conv2d.js';
export { depthwiseConv2d } from './ops/depthwise-conv2d.js';
export { fusedConv2d, fusedDepthwiseConv2d, type FusedConv2dOptions } from './ops/fused-conv2d.js';
export { groupedConv2d } from './ops/grouped-conv2d.js';
export {
  createGraphProduct,
  createSpreading,
  type GraphProduct,
  type GraphRows,
  type Spreading,
} from './ops/graph-spreading.js';
export {
  createInvertedResidual,
  type InvertedResidual,
  type InvertedResidualOptions,
  type InvertedResidualWeights,
} from './ops/inverted-residual.js';
export type { ConvolutionWeights } from './ops/packed-weights.js';
export { createCentroidFinder, type CentroidFinder } from './ops/nearest-centroid.js';
export { hostProduct, hostTranspose, type HostFactor } from './ops/host-product.js';
export { avgPool, maxPool, type AvgPoolOptions, type PoolOptions } from './ops/pool.js';
export { normalise } from './ops/normalise.js';
export { relu } from './ops/relu.js';
export { relu6 } from './ops/relu6.js';
export { resizeBilinear } from './ops/resize-bilinear.js';
export type { Padding, Pair } from './ops/window.js';
export type { EngineKind } from './engine-kind.js';
export { availableEngines, startEngine, type Engine, type StartOptions } from './start.js';
