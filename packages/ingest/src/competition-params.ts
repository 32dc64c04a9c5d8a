import { integer, optional } from '@twoshot/stage';

/** Params of the sets that have the shape of the competition. */
export const competitionParams = {
  split: integer({ default: 1, minimum: 0, doc: 'which training images, one a class, validate' }),
  draw: integer({
    drawn: true,
    default: 1,
    minimum: 0,
    doc: 'which training images are labelled; 101-130 are for choosing recipes, 1-30 for the final score',
  }),
  shots: integer({ default: 2, minimum: 1, doc: 'labelled images a class' }),
  limit: optional(
    integer({ minimum: 1, doc: 'rows' }),
    'for small runs: takes only the first rows, that many, of the training and of the test file',
  ),
};

/** Outputs of every ingest. */
export const ingestOutputs = {
  train: { kind: 'images', set: 'train', doc: 'images to learn from, a few of them labelled' },
  val: { kind: 'images', set: 'val', doc: 'images to validate on' },
  test: { kind: 'images', set: 'test', doc: 'images to be answered' },
  labels: { kind: 'labels', doc: 'the few given labels' },
  truth: { kind: 'truth', formerly: 'answers', doc: 'all other labels, for scores only; empty where they are unknown' },
} as const;
