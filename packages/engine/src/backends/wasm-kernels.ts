import * as tf from '@tensorflow/tfjs-core';
import { convolveFilterGradient } from '../ops/portable-conv2d.js';

type Shape4D = tf.Tensor4D['shape'];
type Padding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

/**
 * Brings the WASM backend kernels that gradients of tfjs's own ops need and that it has not: of `tf.conv2d` for its
 * filter, and of `tf.gather`. Takes away its gradient of the maximum pool, which gives wrong numbers.
 */
export function registerWasmKernels(): void {
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => filterGradient(tensor4d(inputs['x']), tensor4d(inputs['dy']), attrs),
  });
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      return segmentSum(tensor(inputs['x']), tensor(inputs['segmentIds']), Number(attrs?.['numSegments']));
    },
  });
  tf.unregisterKernel(tf.MaxPoolGrad, 'wasm');
}

interface FilterGradientAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: Shape4D;
}

function isFilterGradient(attributes: object | undefined): attributes is FilterGradientAttributes {
  return (
    attributes !== undefined &&
    'filterShape' in attributes &&
    !('dataFormat' in attributes && attributes.dataFormat === 'NCHW')
  );
}

function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: object | undefined): tf.Tensor4D {
  if (!isFilterGradient(attributes)) throw new Error('the filter gradient of conv2d is there for NHWC only');
  const { strides, pad, dimRoundingMode, filterShape } = attributes;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  return tf.tidy(() =>
    convolveFilterGradient(dy, x, filterShape, {
      size: [filterShape[0], filterShape[1]],
      strides: [info.strideHeight, info.strideWidth],
      padding: [
        [top, bottom],
        [left, right],
      ],
      dilation: [1, 1],
    }),
  );
}

/** Sums rows by their segment: `[rows, ...]` to `[segments, ...]`. */
function segmentSum(x: tf.Tensor, segments: tf.Tensor, count: number): tf.Tensor {
  const width = x.size / Math.max(1, segments.size);
  const values = x.dataSync();
  const sums = new Float32Array(count * width);
  for (const [row, segment] of segments.dataSync().entries()) {
    if (segment < 0 || segment >= count) continue;
    for (let column = 0; column < width; column++) {
      const place = segment * width + column;
      sums[place] = (sums[place] ?? 0) + (values[row * width + column] ?? 0);
    }
  }
  return tf.tensor(sums, [count, ...x.shape.slice(segments.rank)]);
}

function tensor(input: tf.TensorInfo | undefined): tf.Tensor {
  if (input instanceof tf.Tensor) return input;
  throw new Error('the kernel was called without its tensor');
}

function tensor4d(input: tf.TensorInfo | undefined): tf.Tensor4D {
  const [a = 1, b = 1, c = 1, d = 1] = tensor(input).shape;
  return tf.reshape(tensor(input), [a, b, c, d]);
}
