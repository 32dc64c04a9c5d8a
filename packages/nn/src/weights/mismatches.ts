type Shapes = ReadonlyMap<string, readonly number[]>;

/** A tensor that differs between a file and a network. */
export interface WeightMismatch {
  readonly name: string;
  /** Null where the network has no such tensor. */
  readonly expected: readonly number[] | null;
  /** Null where the file has no such tensor. */
  readonly found: readonly number[] | null;
}

/** Tensors of other shapes, then missing ones, then surplus ones. */
export function weightMismatches(expected: Shapes, found: Shapes): WeightMismatch[] {
  const all = [...new Set([...expected.keys(), ...found.keys()])].map((name) => ({
    name,
    expected: expected.get(name) ?? null,
    found: found.get(name) ?? null,
  }));
  const ofOtherShape = all.filter((one) => one.expected && one.found && one.expected.join() !== one.found.join());
  return [...ofOtherShape, ...all.filter((one) => one.found === null), ...all.filter((one) => one.expected === null)];
}
