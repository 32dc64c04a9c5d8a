import type { Json } from '@twoshot/artifact';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an architecture, for `read` of a part type. */
export function fieldsOf(architecture: Json, expected: string): Fields {
  if (typeof architecture === 'object' && architecture !== null && !Array.isArray(architecture))
    return architecture as Fields;
  return refuse(architecture, expected);
}

/** @throws TypeError where a field is not an integer of at least `minimum` */
export function countIn(fields: Fields, name: string, minimum = 1): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
  return refuse(value, `an integer of at least ${minimum} as ${name}`);
}

export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(value, `a number as ${name}`);
}

export function textsIn(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  return refuse(value, `names as ${name}`);
}

export function refuse(found: unknown, expected: string): never {
  throw new TypeError(`expected ${expected}, found ${JSON.stringify(found) ?? 'nothing'}`);
}
