import { createHash } from 'node:crypto';
import {
  chunkGradientSums,
  chunkMoments,
  mergeGradientSums,
  mergeMoments,
  normalise,
  normaliseGradient,
} from './kernels/batch-norm.js';
import { copyBlocks } from './kernels/copy-blocks.js';
import { depthwiseProduct } from './kernels/depthwise-product.js';
import { gatherProduct, gatherProductFollowed } from './kernels/gather-product.js';
import { maxPool, maxPoolGradient } from './kernels/max-pool.js';
import { foldSums, outerProduct } from './kernels/outer-product.js';
import { packWeights } from './kernels/pack-weights.js';
import { SPLITTING } from './splitting.js';
import { assembleThreads, type Kernel } from './threads.js';

export const KERNELS: readonly Kernel[] = [
  copyBlocks,
  packWeights,
  gatherProduct,
  gatherProductFollowed,
  depthwiseProduct,
  outerProduct,
  foldSums,
  chunkMoments,
  mergeMoments,
  normalise,
  chunkGradientSums,
  mergeGradientSums,
  normaliseGradient,
  maxPool,
  maxPoolGradient,
];

let digest: string | null = null;

/** Digest of all that the numbers of our kernels hang on. */
export function digestKernels(): string {
  digest ??= createHash('sha256')
    .update(JSON.stringify(SPLITTING))
    .update(assembleThreads(KERNELS))
    .digest('hex')
    .slice(0, 16);
  return digest;
}
