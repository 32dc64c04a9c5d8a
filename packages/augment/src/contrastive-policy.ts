import type { Normalisation, Operation, Policy, Range } from '@twoshot/views';
import { around, aroundOne } from './ranges.js';

export interface GeometryStrengths {
  readonly size: number;
  readonly area: Range;
  readonly ratio: Range;
  readonly mirror: boolean;
  readonly rotation: number;
  readonly scale: Range;
  readonly shear: number;
  readonly translate: number;
  readonly elastic: number;
  readonly erase: number;
  readonly normalise: Normalisation;
}

export interface ColourStrengths {
  readonly colour: number;
  readonly colourProbability: number;
  readonly exactColour: boolean;
  readonly grey: number;
  readonly blur: number;
  readonly solarize: number;
}

/** The views of photographs that SimCLR uses for small images: crop, mirror, colour, grey. */
export function photoPolicy(geometry: GeometryStrengths, colours: ColourStrengths): Policy {
  const { colour, colourProbability, exactColour, grey, blur, solarize } = colours;
  const reach = 0.4 * colour;
  const operations: Operation[] = [...geometricOperations(geometry)];
  if (colour > 0)
    operations.push({
      op: exactColour ? 'colour-jitter' : 'colour-matrix',
      probability: colourProbability,
      brightness: aroundOne(reach),
      contrast: aroundOne(reach),
      saturation: aroundOne(reach),
      hue: around(0.1 * colour),
    });
  if (grey > 0) operations.push({ op: 'greyscale', probability: grey });
  if (blur > 0) operations.push({ op: 'blur', probability: blur, sigma: [0.1, 1.5] });
  if (solarize > 0) operations.push({ op: 'solarize', probability: solarize, threshold: [0.5, 0.5] });
  operations.push(...erasure(geometry.erase, 0.5));
  return policyOf(geometry, 'reflect', operations);
}

/** Views of white strokes on black: variations of handwriting, and nothing that turns one digit into another. */
export function digitsPolicy(geometry: GeometryStrengths, stroke: number): Policy {
  const operations: Operation[] = [];
  if (stroke > 0) operations.push({ op: 'stroke', strength: around(stroke) });
  operations.push(...geometricOperations(geometry), ...erasure(geometry.erase, 0));
  return policyOf(geometry, 0, operations);
}

function geometricOperations(geometry: GeometryStrengths): Operation[] {
  const { area, ratio, mirror, rotation, scale, shear, translate, elastic } = geometry;
  const operations: Operation[] = [];
  if (area[0] < 1) operations.push({ op: 'resized-crop', area, ratio });
  if (mirror) operations.push({ op: 'horizontal-flip', probability: 0.5 });
  if (rotation > 0 || shear > 0 || translate > 0 || scale[0] !== 1 || scale[1] !== 1)
    operations.push({
      op: 'affine',
      degrees: around(rotation),
      scale,
      shearX: around(shear),
      shearY: around(shear / 2),
      translateX: around(translate),
      translateY: around(translate),
    });
  if (elastic > 0) operations.push({ op: 'elastic', strength: [0, elastic], nodes: 5 });
  return operations;
}

function erasure(probability: number, fill: number): Operation[] {
  return probability > 0 ? [{ op: 'erase', probability, area: [0.02, 0.2], ratio: [0.3, 3.3], fill }] : [];
}

function policyOf(
  { size, mirror, normalise }: GeometryStrengths,
  border: Policy['border'],
  operations: Operation[],
): Policy {
  return { name: 'contrastive', size, mirror, border, normalise, operations };
}
