import type { Port } from '@twoshot/stage';

/** Each of its rows lets that row in and changes no other, so what it has seen counts and what it holds does not. */
export const subsetPort = {
  kind: 'subset',
  query: true,
  doc: 'the rows to keep; those that are not there are counted in the log',
} as const satisfies Port;
