/** The end of a `switch` over a union: the compiler refuses it where a member is left out. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected ${JSON.stringify(value)}`);
}
