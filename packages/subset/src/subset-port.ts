import type { Port } from '@twoshot/stage';

/** Each of its rows selects that row and affects no other, so what it has seen counts and what it holds does not. */
export const subsetPort = {
  kind: 'subset',
  query: true,
  doc: 'the rows to keep; missing ones are counted in the log',
} as const satisfies Port;
