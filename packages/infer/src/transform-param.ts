import { choice } from '@twoshot/stage';

/** The param that selects the transform of features before a method, see `transformRows` of fewshot. */
export const transformParam = (initial: 'none' | 'l2' | 'cl2') =>
  choice(['none', 'l2', 'cl2'], {
    default: initial,
    doc: 'none: rows as they are; l2: unit length; cl2: centred by the mean of the reference rows, then unit length',
  });
