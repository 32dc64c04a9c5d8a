import { integer, optional } from '@twoshot/stage';

/** Params of the sets that have the shape of the competition. */
export const competitionParams = {
  split: integer({ default: 1, minimum: 0, doc: 'selects the validation images, one training image per class' }),
  draw: integer({
    drawn: true,
    default: 1,
    minimum: 0,
    doc: 'selects the labelled training images; 101-130 are for selecting recipes, 1-30 for the final score',
  }),
  shots: integer({ default: 2, minimum: 1, doc: 'labelled images per class' }),
  limit: optional(
    integer({ minimum: 1, doc: 'rows' }),
    'for small runs: uses only so many first rows of the training and of the test file',
  ),
};

/** Outputs of every ingest. */
export const ingestOutputs = {
  train: { kind: 'images', set: 'train', doc: 'training images, a few of them labelled' },
  val: { kind: 'images', set: 'val', doc: 'validation images' },
  test: { kind: 'images', set: 'test', doc: 'test images' },
  labels: { kind: 'labels', doc: 'the given labels' },
  truth: { kind: 'truth', formerly: 'answers', doc: 'all other labels, for scores only; empty if unknown' },
} as const;
