const longest = 60;

/** Quotes a name or a piece of YAML as messages show it. */
export const quote = (text: string): string => `\`${text}\``;

/** A value with its type, as in "`two` (string)". */
export function describeValue(value: unknown): string {
  return `${quote(shorten(typeof value === 'string' ? value : flow(value)))} (${typeName(value)})`;
}

/** "`a`, `b` and 3 more"; "nothing" for an empty list. */
export function listNames(names: Iterable<string>, maximum = 12): string {
  const all = [...names];
  if (all.length === 0) return 'nothing';
  const shown = all.slice(0, maximum).map(quote).join(', ');
  return all.length > maximum ? `${shown} and ${all.length - maximum} more` : shown;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'map';
  return typeof value === 'boolean' ? 'true or false' : typeof value;
}

/** The value as YAML would be typed on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')} }`;
  }
  return String(value);
}

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
