import type * as tf from '@tensorflow/tfjs-core';
import { copyFields } from './kernels/copy-blocks.js';
import type { Machine, Output, Workspace } from './machine.js';
import { type Cells, multiply, multiplyOuter, packWeights, type Image, imageOf, type Tap } from './window-products.js';

export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Below so many channels a row of a window is taken as one run of numbers, for which the images are padded first. */
const FEW_CHANNELS = 8;

/** Images, cells and taps of a convolution. */
export function windowsOf(machine: Machine, space: Workspace, address: number, info: ConvInfo) {
  const { batchSize: images, inHeight, inWidth, inChannels, filterHeight, filterWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const cells: Cells = {
    images,
    rows: info.outHeight,
    columns: info.outWidth,
    rowStride: info.strideHeight,
    columnStride: info.strideWidth,
  };
  const image = imageOf(address, [images, inHeight, inWidth, inChannels]);
  const runLength = filterWidth * inChannels;
  if (inChannels >= FEW_CHANNELS || info.dilationWidth > 1 || filterWidth === 1 || runLength < 4) {
    const taps = tapsOf(info, (row, column) => ({
      down: row * info.dilationHeight - top,
      across: column * info.dilationWidth - left,
    }));
    return { image, cells, taps };
  }
  const [height, width] = [inHeight + top + Math.max(0, bottom), inWidth + left + Math.max(0, right)];
  const padded = space.take(4 * images * height * width * inChannels);
  const numbers = copyFields.list({
    from: address,
    to: padded,
    runs: inHeight,
    runBytes: 4 * inWidth * inChannels,
    fromRun: 4 * inWidth * inChannels,
    toRun: 4 * width * inChannels,
    fromTask: 4 * image.imageStride,
    toTask: 4 * height * width * inChannels,
    offset: 4 * (top * width + left) * inChannels,
  });
  machine.threads.run('copyBlocks', space.write(numbers), images);
  const run = {
    ...imageOf(padded, [images, height, width, inChannels]),
    depth: runLength,
  };
  const taps = Array.from({ length: filterHeight }, (_, row) => {
    return { down: row * info.dilationHeight, across: 0, index: row };
  });
  return { image: run, cells, taps };
}

function tapsOf(
  { filterHeight, filterWidth }: ConvInfo,
  place: (row: number, column: number) => { readonly down: number; readonly across: number } | null,
): Tap[] {
  const taps: Tap[] = [];
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const moved = place(row, column);
      if (moved !== null) taps.push({ ...moved, index: row * filterWidth + column });
    }
  }
  return taps;
}

/** `[batch, height, width, in]` and `[height, width, in, out]` to `[batch, height', width', out]`. */
export function convolve(machine: Machine, x: tf.TensorInfo, filter: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const y = machine.output(info.outShape);
  machine.withWorkspace((space) => {
    const { image, cells, taps } = windowsOf(machine, space, machine.addressOf(x), info);
    const outputs = info.outChannels;
    const packed = packWeights(
      machine,
      space,
      {
        address: machine.addressOf(filter),
        taps: taps.length,
        outputs,
        tapStride: image.depth * outputs,
        depthStride: outputs,
        outputStride: 1,
      },
      image.depth,
    );
    multiply(machine, space, {
      x: image,
      cells,
      taps,
      packed,
      packedTaps: taps.length,
      y: imageOfOutput(y, info),
      outputs,
    });
  });
  return y.info;
}

export const imageOfOutput = ({ address }: Output, { batchSize, outHeight, outWidth, outChannels }: ConvInfo): Image =>
  imageOf(address, [batchSize, outHeight, outWidth, outChannels]);

/**
 * The gradient for the images. The cells of an image fall into classes by their remainder by the strides: each sees
 * taps of its own, and none of them is a zero between spread gradients.
 */
export function convolveInputGradient(
  machine: Machine,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: ConvInfo,
): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const dx = machine.output([batchSize, inHeight, inWidth, inChannels]);
  const gradients = imageOf(machine.addressOf(dy), [batchSize, outHeight, outWidth, outChannels]);
  machine.withWorkspace((space) => {
    const filterTaps = info.filterHeight * info.filterWidth;
    const packed = packWeights(
      machine,
      space,
      {
        address: machine.addressOf(filter),
        taps: filterTaps,
        outputs: inChannels,
        tapStride: inChannels * outChannels,
        depthStride: 1,
        outputStride: outChannels,
      },
      outChannels,
    );
    for (let top = 0; top < Math.min(strideHeight, inHeight); top++) {
      for (let left = 0; left < Math.min(strideWidth, inWidth); left++) {
        const taps = tapsOf(info, (row, column) => {
          const down = (top + padInfo.top - row * dilationHeight) / strideHeight;
          const across = (left + padInfo.left - column * dilationWidth) / strideWidth;
          return Number.isInteger(down) && Number.isInteger(across) ? { down, across } : null;
        });
        multiply(machine, space, {
          x: gradients,
          cells: {
            images: batchSize,
            rows: Math.ceil((inHeight - top) / strideHeight),
            columns: Math.ceil((inWidth - left) / strideWidth),
            rowStride: 1,
            columnStride: 1,
          },
          taps,
          packed,
          packedTaps: filterTaps,
          y: {
            address: dx.address + 4 * (top * inWidth + left) * inChannels,
            imageStride: inHeight * inWidth * inChannels,
            rowStride: strideHeight * inWidth * inChannels,
            columnStride: strideWidth * inChannels,
          },
          outputs: inChannels,
        });
      }
    }
  });
  return dx.info;
}

/** The gradient for the filter, of its shape. */
export function convolveFilterGradient(
  machine: Machine,
  dy: tf.TensorInfo,
  x: tf.TensorInfo,
  info: ConvInfo,
): tf.TensorInfo {
  const gradient = machine.output(info.filterShape);
  machine.withWorkspace((space) => {
    const { image, cells, taps } = windowsOf(machine, space, machine.addressOf(x), info);
    multiplyOuter(machine, space, {
      x: image,
      cells,
      taps,
      dy: machine.addressOf(dy),
      outputs: info.outChannels,
      to: gradient.address,
    });
  });
  return gradient.info;
}
