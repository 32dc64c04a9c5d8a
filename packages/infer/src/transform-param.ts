import { choice } from '@twoshot/stage';

/** The param that says how features are transformed before a method sees them, see `transformRows` of fewshot. */
export const transformParam = (initial: 'none' | 'l2' | 'cl2') =>
  choice(['none', 'l2', 'cl2'], {
    default: initial,
    doc: 'rows as they are, at unit length, or less the mean of the reference rows and then at unit length',
  });
