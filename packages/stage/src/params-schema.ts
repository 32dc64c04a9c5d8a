import type { Declaration } from './declaration.js';
import type { JsonSchema, Params } from './params.js';

/** The part of a declaration that params need. */
type WithParams = Pick<Declaration, 'name' | 'params'>;

/** JSON Schema of the params of a stage: unknown ones are refused, those without a default are required. */
export function paramsSchema({ name, params }: WithParams): JsonSchema {
  const entries = Object.entries(params);
  return {
    title: `params of ${name}`,
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, { schema }]) => [key, schema])),
    required: entries.filter(([, { schema }]) => !('default' in schema)).map(([key]) => key),
    additionalProperties: false,
  };
}

/** The given params and, for those not given, the defaults; a param without a default is required stays absent. */
export function applyDefaults(
  { params }: { readonly params: Params },
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...given };
  for (const [name, { schema }] of Object.entries(params))
    if (filled[name] === undefined && 'default' in schema) filled[name] = structuredClone(schema['default']);
  return filled;
}
