import { createRequire } from 'node:module';
import type * as Validator from 'ajv';
import type { JsonSchema } from '@twoshot/stage';
import { describeValue, type Failure, nearest, quote } from '@twoshot/diagnostics';
import { expectation } from './expected.js';
import { quicklyFits } from './quickly-fits.js';
import { locate, plain, type Located } from '../yaml/located.js';

const load = createRequire(import.meta.url);
let ajv: Validator.Ajv | null = null;

/** Loaded only for values that the quick check does not accept. */
function validator(): Validator.Ajv {
  const { Ajv } = load('ajv') as typeof Validator;
  return (ajv ??= new Ajv({ strict: false, allErrors: true, verbose: true }));
}

/**
 * Checks a value against a JSON Schema.
 *
 * @param name Of the value, e.g. `steps`.
 * @param of What it belongs to, e.g. "`backbone` (pretrain/vicreg)".
 * @returns The failure, or null where the value fits.
 * @throws If the schema itself is invalid.
 */
export function checkValue(value: Located, schema: JsonSchema, name: string, of: string): Failure | null {
  const infinite = findInfinite(value);
  if (infinite === null && quicklyFits(plain(value), schema)) return null;
  const validate = validator().compile(schema);
  if (validate(plain(value)) && infinite === null) return null;
  const error = infinite === null ? mostSpecific(validate.errors ?? []) : null;
  const path = (error?.instancePath ?? '').split('/').slice(1).map(unescape);
  const wrong = infinite ?? locate(value, path);
  const rules: unknown = error?.parentSchema ?? schema;
  const found = plain(wrong);
  const near = typeof found === 'string' && isSchema(rules) ? nearest(found, choicesOf(rules)) : null;
  const wanted = isSchema(rules) ? expectation(rules) : 'another value';
  const expected = infinite === null ? wanted : 'a finite number';
  return {
    code: 'wrong-value',
    message: `${quote(`${name}${path.map(step).join('')}`)} of ${of} must be ${expected}`,
    where: wrong.where,
    expected,
    found: describeValue(found),
    ...(near === null ? {} : { nearest: near }),
    ...(isSchema(rules) && rules['type'] === 'string' && isBare(found) ? { next: `put it in quotes: "${found}"` } : {}),
    ...(value.via === undefined ? {} : { related: [{ label: 'inserted here', where: value.via }] }),
  };
}

/**
 * The deepest error is the most specific. The branches of an `anyOf` each complain, at the same depth as the `anyOf`
 * itself; there the message lists the whole choice.
 */
function mostSpecific(errors: readonly Validator.ErrorObject[]): Validator.ErrorObject | null {
  const deepest = Math.max(...errors.map(depth));
  const candidates = errors.filter((error) => depth(error) === deepest);
  return candidates.find(({ keyword }) => keyword === 'anyOf') ?? candidates[0] ?? null;
}

const depth = ({ instancePath }: Validator.ErrorObject): number => instancePath.split('/').length;

/** JSON has no infinity, so keys cannot hold one. */
function findInfinite(located: Located): Located | null {
  if (located.type === 'scalar') {
    return typeof located.value === 'number' && !Number.isFinite(located.value) ? located : null;
  }
  const inner = located.type === 'list' ? located.items : [...located.entries.values()].map(({ value }) => value);
  return inner.map(findInfinite).find((each) => each !== null) ?? null;
}

function choicesOf({ enum: choices, anyOf }: JsonSchema): string[] {
  if (Array.isArray(choices)) return choices.map(String);
  return Array.isArray(anyOf) ? anyOf.flatMap((each: unknown) => (isSchema(each) ? choicesOf(each) : [])) : [];
}

/** Something that YAML reads as a number or a boolean although the user may have meant a string. */
const isBare = (value: unknown): value is number | boolean => typeof value === 'number' || typeof value === 'boolean';

const step = (key: string): string => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`);
const unescape = (text: string): string => text.replaceAll('~1', '/').replaceAll('~0', '~');
const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
