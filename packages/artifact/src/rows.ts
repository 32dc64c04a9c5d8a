/**
 * The image of each row of an artifact. A row is identified by (set, index), with a view where there are several:
 * `sets[set[r]]` is the name of its image set (`train`, `val`, `test`), `index[r]` its index in it.
 */
export interface Rows {
  readonly count: number;
  readonly sets: readonly string[];
  /** [count] positions in `sets`. */
  readonly set: Uint8Array;
  /** [count] */
  readonly index: Uint32Array;
  /** [count], null where every image has one row. */
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

/** The rows at some positions, in the order of these; sets that none of them is of are left out. */
export function rowsAt({ sets, set, index, view }: Rows, positions: Uint32Array): Rows {
  const used = new Set(Array.from(positions, (row) => set[row]!));
  const kept = [...sets.keys()].filter((one) => used.has(one));
  return {
    count: positions.length,
    sets: kept.map((one) => sets[one]!),
    set: Uint8Array.from(positions, (row) => kept.indexOf(set[row]!)),
    index: Uint32Array.from(positions, (row) => index[row]!),
    view: view === null ? null : Uint8Array.from(positions, (row) => view[row]!),
  };
}

/** How a row is named in a message: `train 17`, with its view where there are several. */
export const rowName = ({ sets, set, index, view }: Rows, row: number): string =>
  `${sets[set[row]!]} ${index[row]}${view === null ? '' : ` view ${view[row]}`}`;

/** A view is a byte. */
const maxViews = 256;

/**
 * Where rows stand among other rows, [rows.count]: the position of the same (set, index) in `others`, -1 where it is
 * not there. Where both know views, the view counts too; where only `others` does, its view 0 is meant; where only
 * `rows` does, all views of an image have one position. Images of an image set are `rowsOf(images.set, images.index)`.
 */
export function positionsAmong(rows: Rows, others: Rows): Int32Array {
  const byView = rows.view !== null && others.view !== null;
  const keyOf = ({ index, view }: Rows, row: number): number =>
    byView ? index[row]! * maxViews + view![row]! : index[row]!;
  const found = others.sets.map(() => new Map<number, number>());
  for (let row = 0; row < others.count; row++)
    if (byView || others.view === null || others.view[row] === 0) found[others.set[row]!]!.set(keyOf(others, row), row);
  const ofSet = rows.sets.map((name) => found[others.sets.indexOf(name)]);
  return Int32Array.from({ length: rows.count }, (_, row) => ofSet[rows.set[row]!]?.get(keyOf(rows, row)) ?? -1);
}
