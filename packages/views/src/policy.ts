/** Lowest and highest value, both possible; drawn uniformly. */
export type Range = readonly [number, number];

/** What every operation of a policy has; `probability` defaults to 1. */
interface Chance {
  readonly probability?: number;
}

/** Cuts a random box (share of the area, width / height) and stretches it to the view: Szegedy et al. 2015. */
export interface ResizedCrop extends Chance {
  readonly op: 'resized-crop';
  readonly area: Range;
  readonly ratio: Range;
}

/** Moves the image by whole pixels, at most `padding` in each direction; the policy's `border` fills the rest. */
export interface PadCrop extends Chance {
  readonly op: 'pad-crop';
  readonly padding: number;
}

export interface HorizontalFlip extends Chance {
  readonly op: 'horizontal-flip';
}

/** Rotation and shears (degrees), scale and translations (share of the side) about the centre; absent: none. */
export interface Affine extends Chance {
  readonly op: 'affine';
  readonly degrees?: Range;
  readonly scale?: Range;
  readonly shearX?: Range;
  readonly shearY?: Range;
  readonly translateX?: Range;
  readonly translateY?: Range;
}

/** Smooth random displacement of at most about `strength` source pixels, from a spline over `nodes` x `nodes` points. */
export interface Elastic extends Chance {
  readonly op: 'elastic';
  readonly strength: Range;
  readonly nodes: number;
}

/** Thicker (dilated) or thinner (eroded) strokes, blended by `strength` in -1 (thin) .. 1 (thick); bright on dark. */
export interface Stroke extends Chance {
  readonly op: 'stroke';
  readonly strength: Range;
}

/** Factors of brightness, contrast and saturation and the hue shift in turns. */
interface ColourRanges {
  readonly brightness: Range;
  readonly contrast: Range;
  readonly saturation: Range;
  readonly hue: Range;
}

/** All colour in one 3x3 matrix and offset, clamped once: hue turns in YIQ. Fast; not equal to `colour-jitter`. */
export interface ColourMatrix extends Chance, ColourRanges {
  readonly op: 'colour-matrix';
}

/** The four exact steps (hue in HSV), clamped after each, in an order drawn for every view. */
export interface ColourJitter extends Chance, ColourRanges {
  readonly op: 'colour-jitter';
}

export interface Greyscale extends Chance {
  readonly op: 'greyscale';
}

export interface Blur extends Chance {
  readonly op: 'blur';
  readonly sigma: Range;
}

export interface Solarize extends Chance {
  readonly op: 'solarize';
  readonly threshold: Range;
}

/** Fills a random box (share of the area, width / height) with `fill`, or with noise where it is null. */
export interface Erase extends Chance {
  readonly op: 'erase';
  readonly area: Range;
  readonly ratio: Range;
  readonly fill: number | null;
}

/** Fills a square of `side` (share of the view's side) whose centre may lie anywhere: DeVries and Taylor 2017. */
export interface Cutout extends Chance {
  readonly op: 'cutout';
  readonly side: Range;
  readonly fill: number;
}

/** `count` operations drawn with replacement from `choices`: Cubuk et al. 2019, with random strengths. */
export interface RandomChoice extends Chance {
  readonly op: 'random-choice';
  readonly count: number;
  readonly choices: readonly Operation[];
}

/** The identity among the choices of `random-choice`. */
export interface Identity extends Chance {
  readonly op: 'identity';
}

export interface Brightness extends Chance {
  readonly op: 'brightness';
  readonly factor: Range;
}
export interface Contrast extends Chance {
  readonly op: 'contrast';
  readonly factor: Range;
}
export interface Saturation extends Chance {
  readonly op: 'saturation';
  readonly factor: Range;
}
export interface Sharpness extends Chance {
  readonly op: 'sharpness';
  readonly factor: Range;
}
export interface Posterize extends Chance {
  readonly op: 'posterize';
  readonly bits: Range;
}
export interface Autocontrast extends Chance {
  readonly op: 'autocontrast';
}
export interface Equalize extends Chance {
  readonly op: 'equalize';
}

/** An operation that changes where a view's pixels come from. All of them become one resampling. */
export type GeometricOperation = ResizedCrop | PadCrop | HorizontalFlip | Affine | Elastic;

export type Operation =
  | GeometricOperation
  | Stroke
  | ColourMatrix
  | ColourJitter
  | Greyscale
  | Blur
  | Solarize
  | Erase
  | Cutout
  | RandomChoice
  | Identity
  | Brightness
  | Contrast
  | Saturation
  | Sharpness
  | Posterize
  | Autocontrast
  | Equalize;

export type OperationName = Operation['op'];

/** Per channel, of values in 0..1; a single value stands for every channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Border of an image: its repeated edge, its reflection, or a value in 0..1. */
export type Border = 'edge' | 'reflect' | number;

/**
 * An augmentation policy: how images may change while keeping their class; plain JSON.
 *
 * The order of work in a view: operations on the source image (`stroke`), then all geometric ones composed into
 * one resampling to `size` x `size`, then the others on the result; within each group the order of the list.
 * Colour operations touch the first three channels only, the further ones (edges, mask) follow the geometry.
 */
export interface Policy {
  /** `augment/...` implementation that wrote it. */
  readonly name: string;
  /** Side of a view in pixels. */
  readonly size: number;
  /** Whether a mirrored image keeps its class; features then average image and mirror image. */
  readonly mirror: boolean;
  readonly border: Border;
  readonly normalise: Normalisation | null;
  readonly operations: readonly Operation[];
}
