import type { Port } from '@twoshot/stage';

/** Inputs of a method on features: query rows are predicted independently, reference rows influence the predictions. */
export const featureInputs = {
  reference: { kind: 'features', doc: 'rows that include the labelled ones' },
  query: { kind: 'features', query: true, doc: 'rows to predict' },
  labels: { kind: 'labels', doc: 'the labelled rows' },
} as const satisfies Readonly<Record<string, Port>>;

/** Its outputs. */
export const predictionOutputs = {
  predictions: { kind: 'predictions', doc: 'predictions for the query rows' },
  reference: { kind: 'predictions', from: ['reference', 'labels'], doc: 'predictions for the reference rows' },
} as const satisfies Readonly<Record<string, Port>>;
