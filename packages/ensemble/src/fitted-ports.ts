import type { Port } from '@twoshot/stage';

/** What a join takes that is fitted on labelled rows and applied to others. */
export const fittedInputs = {
  fit: {
    kind: 'predictions',
    many: true,
    doc: 'predictions of the labelled rows; best of rows whose labels had no part in them, since others look better than they are',
  },
  labels: { kind: 'labels', doc: 'the labelled rows; each counts whatever its weight' },
  predictions: {
    kind: 'predictions',
    many: true,
    query: true,
    doc: 'predictions of the rows to answer, by the same models in the same order',
  },
} as const satisfies Readonly<Record<string, Port>>;
