/**
 * Which picture each row of an artifact speaks of. A row is known by (set, index), with a view where there are
 * several: `sets[set[r]]` is the name of its image set (`train`, `val`, `test`), `index[r]` its index in it.
 */
export interface Rows {
  readonly count: number;
  readonly sets: readonly string[];
  /** [count] positions in `sets`. */
  readonly set: Uint8Array;
  /** [count] */
  readonly index: Uint32Array;
  /** [count], null where every picture has one row. */
  readonly view: Uint8Array | null;
}

/** Rows of a single set. */
export function rowsOf(set: string, index: Uint32Array): Rows {
  return { count: index.length, sets: [set], set: new Uint8Array(index.length), index, view: null };
}

/** Positions of the rows that belong to one of the named sets, ascending. */
export function positionsIn(rows: Rows, sets: readonly string[]): Uint32Array {
  const wanted = rows.sets.map((name) => sets.includes(name));
  const positions: number[] = [];
  for (let row = 0; row < rows.count; row++) if (wanted[rows.set[row]!]!) positions.push(row);
  return Uint32Array.from(positions);
}

/** Finds the position of (set, index) among rows; -1 where it is not there. View 0 where there are several. */
export function rowFinder(rows: Rows): (set: string, index: number) => number {
  const found = rows.sets.map(() => new Map<number, number>());
  for (let row = 0; row < rows.count; row++)
    if (rows.view === null || rows.view[row] === 0) found[rows.set[row]!]!.set(rows.index[row]!, row);
  return (set, index) => found[rows.sets.indexOf(set)]?.get(index) ?? -1;
}
