import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import { poolings } from './pooling.js';
import { products } from './products.js';
import { reductions } from './reduction.js';
import { shapeChanges } from './shape-changes.js';
import type { Translations } from './translation.js';

/** A kernel more is a line in one of these. */
export const translations: Translations = {
  ...convolutions,
  ...elementwise,
  ...poolings,
  ...products,
  ...reductions,
  ...shapeChanges,
};
