import type { Images } from '@twoshot/artifact';
import type { Operation, Policy } from './policy.js';

/** Images of noise, deterministic; their indices differ from their positions. */
export function testImages(shape: { count?: number; side?: number; channels?: number } = {}): Images {
  const { count = 6, side = 12, channels = 3 } = shape;
  let state = 7;
  const pixels = Uint8Array.from({ length: count * side * side * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
  const index = Uint32Array.from({ length: count }, (_, row) => 100 + 3 * row);
  return { set: 'train', count, height: side, width: side, channels, index, pixels };
}

export function policyOf(operations: readonly Operation[], more: Partial<Policy> = {}): Policy {
  return { name: 'test', size: 12, mirror: true, border: 0, normalise: null, operations, ...more };
}

const range = [0.5, 1.5] as const;
const colours = { brightness: range, contrast: range, saturation: range, hue: [-0.2, 0.2] as const };

/** One of each operation. */
export const everyOperation: readonly Operation[] = [
  { op: 'stroke', strength: [-1, 1] },
  { op: 'resized-crop', area: [0.3, 1], ratio: [0.7, 1.4] },
  { op: 'pad-crop', padding: 2 },
  { op: 'horizontal-flip', probability: 0.5 },
  { op: 'affine', degrees: [-20, 20], scale: [0.8, 1.2], shearX: [-9, 9], shearY: [-9, 9], translateX: [-0.1, 0.1] },
  { op: 'elastic', strength: [1, 2], nodes: 4 },
  { op: 'colour-matrix', ...colours },
  { op: 'colour-jitter', ...colours },
  { op: 'greyscale', probability: 0.2 },
  { op: 'blur', sigma: [0.2, 1] },
  { op: 'solarize', threshold: [0.6, 1] },
  { op: 'erase', area: [0.1, 0.2], ratio: [0.5, 2], fill: null },
  { op: 'cutout', side: [0.1, 0.4], fill: 0.5 },
  { op: 'brightness', factor: range },
  { op: 'contrast', factor: range },
  { op: 'saturation', factor: range },
  { op: 'sharpness', factor: range },
  { op: 'posterize', bits: [5, 8] },
  { op: 'autocontrast' },
  { op: 'equalize', probability: 0.5 },
  { op: 'random-choice', count: 2, choices: [{ op: 'identity' }, { op: 'affine', translateY: [-0.2, 0.2] }] },
];
