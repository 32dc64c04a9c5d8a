/**
 * The name that a param or a port has today, where `name` is the one that it had in earlier versions (the trait
 * `formerly`); null where none had it.
 */
export function presentName(
  name: string,
  declared: Readonly<Record<string, { readonly formerly?: string }>>,
): string | null {
  return Object.keys(declared).find((key) => declared[key]!.formerly === name) ?? null;
}
