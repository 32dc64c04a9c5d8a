import type { Port } from '@twoshot/stage';

/** What a method on features takes: the query rows are answered one by one, the reference rows have a part in it. */
export const featureInputs = {
  reference: { kind: 'features', doc: 'rows among which the labelled ones are' },
  query: { kind: 'features', query: true, doc: 'rows to answer' },
  labels: { kind: 'labels', doc: 'the labelled rows' },
} as const satisfies Readonly<Record<string, Port>>;

/** What it gives. */
export const predictionOutputs = {
  predictions: { kind: 'predictions', doc: 'answers of the query rows' },
  reference: { kind: 'predictions', from: ['reference', 'labels'], doc: 'answers of the reference rows' },
} as const satisfies Readonly<Record<string, Port>>;
