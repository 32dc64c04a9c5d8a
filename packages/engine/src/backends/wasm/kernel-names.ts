/** Kernels of ours that tfjs has no name for. */
export const NORMALISE = 'TwoshotBatchNorm';
export const NORMALISE_GRADIENT = 'TwoshotBatchNormGrad';
export const POOL_MAXIMA = 'TwoshotMaxPool';
export const POOL_MAXIMA_GRADIENT = 'TwoshotMaxPoolGrad';
export const CONVOLVE_CONSTANT = 'TwoshotConvolution';
export const CONVOLVE_DEPTHWISE = 'TwoshotDepthwiseConvolution';
