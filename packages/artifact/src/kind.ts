/** What an artifact is; every port of a stage has exactly one kind. */
export const kinds = [
  'images',
  'files',
  'labels',
  'truth',
  'features',
  'neighbours',
  'assignments',
  'predictions',
  'model',
  'policy',
  'subset',
  'metrics',
  'page',
  'submission',
] as const;

export type Kind = (typeof kinds)[number];
