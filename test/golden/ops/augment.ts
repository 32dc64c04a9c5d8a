import {
  autocontrast,
  type Box,
  brightness,
  type ByteBatch,
  type ColourChange,
  colourJitter,
  type ColourStep,
  contrast,
  cutmix,
  cutout,
  equalize,
  gaussianBlur,
  greyscale,
  horizontalFlip,
  hue,
  type ImageBatch,
  invert,
  mixup,
  normalise,
  posterize,
  quarterRotation,
  reflectPadCrop,
  resizedCrop,
  rotate,
  saturation,
  sharpness,
  shearX,
  shearY,
  solarize,
  translate,
  type WarpOptions,
} from '@twoshot/vision';
import type { GoldenInputs, GoldenOp, GoldenOutput, GoldenTensor, OpTable } from '../op-table.js';

export function imagesOf({ shape, data }: GoldenTensor): ImageBatch {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  return { count, height, width, channels, data: Float32Array.from(data) };
}

export function bytesOf({ shape, data }: GoldenTensor): ByteBatch {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  return { count, height, width, channels, data: Uint8Array.from(data) };
}

export function tensorOf(images: ImageBatch<Float32Array | Uint8Array>): GoldenOutput {
  const { count, height, width, channels, data } = images;
  return { shape: [count, height, width, channels], data };
}

/** An op on plain arrays. A golden file settles the types of its params, so an op takes what it says it takes. */
export const op = (run: (params: never, inputs: GoldenInputs) => ReturnType<GoldenOp['run']>): GoldenOp => ({
  tensor: false,
  run: (params, inputs) => run(params as never, inputs),
});

const onImages = (change: (images: ImageBatch, params: never) => ImageBatch): GoldenOp =>
  op((params, { image }) => ({ image: tensorOf(change(imagesOf(image!), params)) }));

const onBytes = (change: (images: ByteBatch, params: never) => ByteBatch): GoldenOp =>
  op((params, { image }) => ({ image: tensorOf(change(bytesOf(image!), params)) }));

type Factor = { factor: number };
type Shift = { pixels: number; fill: number };
type Resize = Box & { outHeight: number; outWidth: number };

export const ops: OpTable = {
  'horizontal-flip': onImages(horizontalFlip),
  'reflect-pad-crop': onImages(reflectPadCrop),
  'resized-crop': onImages((images, { outHeight, outWidth, ...box }: Resize) =>
    resizedCrop(images, box, [outHeight, outWidth]),
  ),
  rotate: onImages((images, { degrees, ...options }: WarpOptions & { degrees: number }) =>
    rotate(images, degrees, options),
  ),
  'shear-x': onImages((images, { shear, ...options }: WarpOptions & { shear: number }) =>
    shearX(images, shear, options),
  ),
  'shear-y': onImages((images, { shear, ...options }: WarpOptions & { shear: number }) =>
    shearY(images, shear, options),
  ),
  'translate-x': onImages((images, { pixels, fill }: Shift) => translate(images, { right: pixels, fill })),
  'translate-y': onImages((images, { pixels, fill }: Shift) => translate(images, { down: pixels, fill })),
  'quarter-rotation': onImages((images, { quarterTurns }: { quarterTurns: number }) =>
    quarterRotation(images, quarterTurns),
  ),
  brightness: onImages((images, { factor }: Factor) => brightness(images, factor)),
  contrast: onImages((images, { factor }: Factor) => contrast(images, factor)),
  saturation: onImages((images, { factor }: Factor) => saturation(images, factor)),
  hue: onImages((images, { shift }: { shift: number }) => hue(images, shift)),
  greyscale: onImages((images, { channels }: { channels: number }) => greyscale(images, channels)),
  solarize: onImages((images, { threshold }: { threshold: number }) => solarize(images, threshold)),
  invert: onImages((images, { maximum }: { maximum: number }) => invert(images, maximum)),
  sharpness: onImages((images, { factor }: Factor) => sharpness(images, factor)),
  autocontrast: onImages((images, { maximum }: { maximum: number }) => autocontrast(images, maximum)),
  'gaussian-blur': onImages(gaussianBlur),
  'colour-jitter': onImages((images, { order, ...change }: ColourChange & { order: readonly ColourStep[] }) =>
    colourJitter(images, change, order),
  ),
  normalise: onImages((images, { mean, std }: { mean: readonly number[]; std: readonly number[] }) =>
    normalise(images, mean, std),
  ),
  posterize: onBytes((images, { bits }: { bits: number }) => posterize(images, bits)),
  equalize: onBytes((images, { levels }: { levels: number }) => equalize(images, levels)),
  cutout: onImages((images, { fill, ...box }: Box & { fill: readonly number[] }) => cutout(images, box, fill)),
  mixup: op(({ lambda }: { lambda: number }, { image, target, permutation }) => {
    const mixed = mixup(imagesOf(image!), Float32Array.from(target!.data), permutation!.data, lambda);
    return { image: tensorOf(mixed.images), target: { shape: target!.shape, data: mixed.targets } };
  }),
  cutmix: op((box: Box, { image, target, permutation }) => {
    const mixed = cutmix(imagesOf(image!), Float32Array.from(target!.data), permutation!.data, box);
    return {
      image: tensorOf(mixed.images),
      target: { shape: target!.shape, data: mixed.targets },
      lambda: mixed.lambda,
    };
  }),
};
