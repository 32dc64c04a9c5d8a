/** The end of a `switch` over a union: the compiler rejects it where a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected ${JSON.stringify(value)}`);
}
