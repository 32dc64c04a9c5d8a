import { createRandom } from '@twoshot/engine/random';
import {
  averageHash,
  canny,
  type CannyOptions,
  connectedComponents,
  type Connectivity,
  type DescriptorWindow,
  differenceHash,
  differenceOfGaussians,
  dominantOrientations,
  foregroundMask,
  type ForegroundOptions,
  gaussianPyramid,
  type Gradients,
  hammingDistances,
  type HashBits,
  hexDigits,
  type ByteBatch,
  type ImageBatch,
  integralImage,
  measureRepeatability,
  morphology,
  type MorphologyOperation,
  type NearDuplicateLimits,
  nearDuplicatePairs,
  orientationHistogram,
  otsuMask,
  perceptualHash,
  type Plane,
  ransacAffine,
  type RepeatabilityOptions,
  rgbToGray,
  rgbToHsv,
  rgbToLab,
  scharr,
  siftDescriptor,
  siftOfBytes,
  sobel,
} from '@twoshot/vision';
import type { GoldenOp, GoldenTensor, OpTable } from '../op-table.js';
import { bytesOf, imagesOf, op, tensorOf } from './augment.js';

type Voting = Pick<DescriptorWindow, 'cells' | 'bins' | 'sigma' | 'clip'>;

function planeOf({ shape, data }: GoldenTensor): Plane {
  const [height = 0, width = 0] = shape;
  return { height, width, data: Float32Array.from(data) };
}

const gradientsBy = (find: (images: ImageBatch) => Gradients): GoldenOp =>
  op((_params, { image }) => {
    const { x, y, magnitude } = find(imagesOf(image!));
    return { gradientX: tensorOf(x), gradientY: tensorOf(y), magnitude: tensorOf(magnitude) };
  });

const hashBy = (hash: (images: ByteBatch) => HashBits): GoldenOp =>
  op((_params, { image }) => {
    const bits = hash(bytesOf(image!));
    return { bits, hexDigits: hexDigits(bits) };
  });

/** Centre of a patch, whose outermost pixels only serve the gradients of the others. */
const middleOf = ({ height, width }: Plane) => ({ x: (width - 1) / 2, y: (height - 1) / 2 });

const joined = (planes: readonly Plane[]): number[] => planes.flatMap(({ data }) => [...data]);

export const ops: OpTable = {
  'rgb-to-gray': op(({ weights }: { weights: readonly number[] }, { image }) => ({
    image: tensorOf(rgbToGray(imagesOf(image!), weights)),
  })),
  'rgb-to-hsv': op((_params, { image }) => ({ image: tensorOf(rgbToHsv(imagesOf(image!))) })),
  'rgb-to-lab': op((_params, { image }) => ({ image: tensorOf(rgbToLab(imagesOf(image!))) })),
  sobel: gradientsBy(sobel),
  scharr: gradientsBy(scharr),
  canny: op((params: CannyOptions, { image }) => ({ edges: tensorOf(canny(imagesOf(image!), params)) })),
  'otsu-threshold': op(({ levels }: { levels: number }, { image }) => {
    const { thresholds, mask } = otsuMask(bytesOf(image!), levels);
    return { threshold: thresholds, mask: tensorOf(mask) };
  }),
  'connected-components': op(({ connectivity }: { connectivity: Connectivity }, { mask }) => {
    const { count, labels } = connectedComponents(planeOf(mask!), connectivity);
    return { count, labels: { shape: mask!.shape, data: labels } };
  }),
  morphology: op(({ operation, size }: { operation: MorphologyOperation; size: number }, { image }) => ({
    image: tensorOf(morphology(bytesOf(image!), operation, size)),
  })),
  'foreground-mask': op((params: ForegroundOptions, { image }) => ({
    mask: tensorOf(foregroundMask(bytesOf(image!), params)),
  })),
  'integral-image': op((_params, { image }) => {
    const plane = planeOf(image!);
    const shape = [plane.height + 1, plane.width + 1];
    const { sum, squaredSum } = integralImage(plane);
    return { sum: { shape, data: sum }, squaredSum: { shape, data: squaredSum } };
  }),
  phash: hashBy(perceptualHash),
  dhash: hashBy(differenceHash),
  'average-hash': hashBy(averageHash),
  'hamming-distance': op((_params, { first, second }) => ({
    distances: hammingDistances(Uint8Array.from(first!.data), Uint8Array.from(second!.data)),
  })),
  'near-duplicate-pairs': op((params: NearDuplicateLimits, { images }) => ({
    pairs: nearDuplicatePairs(bytesOf(images!), params),
  })),
  'difference-of-gaussians': op(({ sigmas, truncate }: { sigmas: readonly number[]; truncate: number }, { image }) => {
    const { blurred, differences } = differenceOfGaussians(planeOf(image!), sigmas, truncate);
    return { blurred: joined(blurred), differences: joined(differences) };
  }),
  'gaussian-pyramid': op(({ levels }: { levels: number }, { image }) => {
    const { height, width, data } = gaussianPyramid(planeOf(image!), levels).at(-1)!;
    return { last: { shape: [height, width], data } };
  }),
  'sift-repeatability': op((params: RepeatabilityOptions, { image, changed, transform }) => {
    const size = bytesOf(changed!);
    const [before] = siftOfBytes(bytesOf(image!));
    const [after] = siftOfBytes(size);
    return {
      keypointCount: before!.keypoints.length,
      changedKeypointCount: after!.keypoints.length,
      ...measureRepeatability(before!, after!, transform!.data, size, params),
    };
  }),
  'sift-descriptor': op(({ cells, ...options }: Required<Voting>, { patch }) => {
    const plane = planeOf(patch!);
    const cellSide = (plane.width - 2) / cells;
    return { descriptor: siftDescriptor(plane, { ...middleOf(plane), cellSide, cells, ...options }) };
  }),
  'sift-orientation': op(
    ({ bins, sigma, peakRatio }: { bins: number; sigma: number; peakRatio: number }, { patch }) => {
      const plane = planeOf(patch!);
      const histogram = orientationHistogram(plane, { ...middleOf(plane), radius: plane.width / 2, bins, sigma });
      return { histogram, orientations: dominantOrientations(histogram, peakRatio) };
    },
  ),
  'ransac-affine': op(({ threshold }: { threshold: number }, { source, target }) => {
    const fit = ransacAffine(source!.data, target!.data, { threshold, random: createRandom(1) });
    return { inliers: fit!.inliers, matrix: { shape: [2, 3], data: fit!.matrix } };
  }),
};
