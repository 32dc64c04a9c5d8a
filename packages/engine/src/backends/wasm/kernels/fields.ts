import { type Code, i32, type Local, v128, when } from '@twoshot/assembly';

/** The numbers that a kernel takes, in their order in memory; each has four bytes. */
export interface Fields<Name extends string> {
  readonly names: readonly Name[];
  /** Code that reads a number by its name. */
  read(args: Local): (name: Name) => Code;
  /** Bytes before a number, for those that are read as float32. */
  offset(name: Name): number;
  /** The numbers in order. */
  list(values: Readonly<Record<Name, number>>): number[];
}

export function fields<const Name extends string>(...names: readonly Name[]): Fields<Name> {
  return {
    names,
    read: (args) => (name) => i32.load(args.get, 4 * names.indexOf(name)),
    offset: (name) => 4 * names.indexOf(name),
    list: (values) => names.map((name) => values[name]),
  };
}

/** Cells of a window's place, and the images that it moves over: numbers of every kernel that reads windows. */
export const WINDOW_FIELDS = [
  'x',
  'zeros',
  'total',
  'cells',
  'columns',
  'rowStride',
  'columnStride',
  'height',
  'width',
  'xImage',
  'xRow',
  'xColumn',
  'depth',
] as const;

/** Stores the first `count` (1 to 7) of eight lanes; changes `address` and `first`. */
export function storeFirstLanes(address: Local, count: Local, first: Local, second: Local): Code {
  const has = (bit: number): Code => i32.and(count.get, i32.const(bit));
  return [
    when(has(4), [
      v128.store(address.get, first.get),
      address.set(i32.add(address.get, i32.const(16))),
      first.set(second.get),
    ]),
    when(has(2), [
      v128.storeHalf(address.get, first.get),
      address.set(i32.add(address.get, i32.const(8))),
      first.set(v128.upperHalf(first.get)),
    ]),
    when(has(1), [v128.storeLane(address.get, first.get)]),
  ].flat();
}
