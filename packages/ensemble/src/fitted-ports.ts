import type { Port } from '@twoshot/stage';

/** Inputs of an ensemble that is fitted on labelled rows and applied to others. */
export const fittedInputs = {
  fit: {
    kind: 'predictions',
    many: true,
    doc: 'predictions for the labelled rows, best held out from training, since others look better than they are',
  },
  labels: { kind: 'labels', doc: 'the labelled rows; weights are ignored' },
  predictions: {
    kind: 'predictions',
    many: true,
    query: true,
    doc: 'predictions for the target rows, by the same models in the same order',
  },
} as const satisfies Readonly<Record<string, Port>>;
