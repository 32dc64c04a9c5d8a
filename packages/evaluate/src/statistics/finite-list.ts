/** Throws a RangeError that names the first value that is not finite. */
export function requireFiniteList(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) throw new RangeError(`expected finite ${what}, got ${values[i]} in row ${i}`);
}
