import type { Operation, Policy } from '@twoshot/views';
import { around } from './ranges.js';
import { weakOperations } from './weak-policy.js';
import type { WeakStrengths } from './weak-policy.js';

export interface StrongStrengths extends WeakStrengths {
  /** Operations of a view. */
  readonly count: number;
  /** Scales all strengths; 1 is the published list. */
  readonly strength: number;
  /** Maximum side of the cut-out square, as a fraction of the side of the view. */
  readonly cutout: number;
}

/** The weak augmentation, `count` random operations of RandAugment's list with random strengths, a cut-out square. */
export function strongPolicy(kind: 'photo' | 'digits', strengths: StrongStrengths): Policy {
  const { size, padding, mirror, normalise, count, strength, cutout } = strengths;
  const digits = kind === 'digits';
  const operations = weakOperations(mirror, padding);
  if (count > 0)
    operations.push({ op: 'random-choice', count, choices: digits ? digitChoices(strength) : photoChoices(strength) });
  if (cutout > 0) operations.push({ op: 'cutout', side: [0, cutout], fill: digits ? 0 : 0.5 });
  return { name: 'strong', size, mirror, border: digits ? 0 : 'reflect', normalise, operations };
}

/** As FixMatch and USB have it: factors 0.05-0.95 darken or fade, shear is 0.3 columns a row (16.7 degrees). */
function photoChoices(strength: number): Operation[] {
  const factor = [Math.max(0.05, 1 - 0.95 * strength), 0.95] as const;
  return [
    { op: 'identity' },
    { op: 'autocontrast' },
    { op: 'equalize' },
    { op: 'brightness', factor },
    { op: 'contrast', factor },
    { op: 'saturation', factor },
    { op: 'sharpness', factor },
    { op: 'posterize', bits: [4, 8] },
    { op: 'solarize', threshold: [Math.max(0, 1 - strength), 1] },
    ...warps(30 * strength, 16.7 * strength, 0.3 * strength),
  ];
}

function digitChoices(strength: number): Operation[] {
  return [
    { op: 'identity' },
    { op: 'stroke', strength: around(Math.min(1, strength)) },
    { op: 'elastic', strength: [0, 6 * strength], nodes: 5 },
    { op: 'brightness', factor: [Math.max(0.3, 1 - 0.7 * strength), 0.95] },
    { op: 'affine', scale: [Math.max(0.5, 1 - 0.3 * strength), 1 + 0.3 * strength] },
    ...warps(20 * strength, 16.7 * strength, 0.15 * strength),
  ];
}

function warps(rotation: number, shear: number, translate: number): Operation[] {
  return [
    { op: 'affine', degrees: around(rotation) },
    { op: 'affine', shearX: around(shear) },
    { op: 'affine', shearY: around(shear) },
    { op: 'affine', translateX: around(translate) },
    { op: 'affine', translateY: around(translate) },
  ];
}
