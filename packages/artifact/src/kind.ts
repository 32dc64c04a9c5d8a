/** What an artifact is; every port of a stage has exactly one kind. */
export const kinds = [
  'images',
  'labels',
  'answers',
  'features',
  'neighbours',
  'assignments',
  'predictions',
  'model',
  'policy',
  'subset',
  'metrics',
  'figure',
  'submission',
] as const;

export type Kind = (typeof kinds)[number];
