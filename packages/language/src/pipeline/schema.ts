import type { JsonSchema, Port } from '@twoshot/stage';
import type { LoadedStage } from '../catalogue/catalogue.js';

/** `${name}` stands for a value of any type. */
const interpolated: JsonSchema = { type: 'string', pattern: '^\\$\\{[^{}]*\\}$' };
const edge: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z][\\w-]*(@[^@]+)?\\.[A-Za-z][\\w-]*$',
  description: '`stage.port`',
};
const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/**
 * JSON Schema (draft-07) of a pipeline file, for editors: which keys there are, which stages, and for each stage its
 * params and ports. It accepts a file that `extends` another one, so it requires nothing that may be inherited.
 *
 * @param stages The whole catalogue, loaded.
 */
export function pipelineSchema(stages: readonly LoadedStage[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Twoshot pipeline',
    type: 'object',
    additionalProperties: false,
    patternProperties: { '^x-': { description: 'for YAML anchors' } },
    properties: {
      pipeline: { type: 'string', description: 'name of the pipeline' },
      extends: { type: 'string', description: 'path of the pipeline file that this one extends, relative to this one' },
      params: { type: 'object', description: 'values that `${name}` inserts and `--set params.name=value` changes' },
      seed: { anyOf: [{ type: 'integer', minimum: 0 }, interpolated], default: 0, description: 'seed of the pipeline' },
      stages: {
        type: 'object',
        additionalProperties: nullable({ $ref: '#/definitions/stage' }),
        description: 'the stages by name',
      },
      outputs: {
        type: 'object',
        additionalProperties: nullable(edge),
        description: 'artifacts that a run exports: a name and `stage.port`',
      },
    },
    anyOf: [{ required: ['stages'] }, { required: ['extends'] }],
    definitions: {
      edge,
      stage: {
        type: 'object',
        additionalProperties: false,
        properties: {
          use: {
            description: '`family/implementation`',
            anyOf: [
              ...stages.map(({ name, declaration }) => ({ const: name, description: declaration.summary })),
              interpolated,
            ],
          },
          in: { type: ['object', 'null'], description: 'sources of the inputs' },
          params: { type: ['object', 'null'], description: 'values of the params' },
          matrix: {
            type: ['object', 'null'],
            description: 'axes: the stage and its dependents run once for every value',
            additionalProperties: nullable({ anyOf: [{ type: 'array', minItems: 1 }, interpolated] }),
          },
          keep: {
            type: ['array', 'null'],
            items: { type: 'string' },
            description: 'axes of the inputs that `many` ports do not collect over',
          },
        },
        allOf: stages.map(stageSchema),
      },
    },
  };
}

function stageSchema({ name, declaration }: LoadedStage): JsonSchema {
  const params = Object.entries(declaration.params);
  const axes = params.map(([param, { schema }]) => [
    param,
    nullable({ anyOf: [{ type: 'array', items: orInterpolated(schema) }, interpolated] }),
  ]);
  const used = { required: ['use'], properties: { use: { const: name } } };
  const allowed = {
    description: declaration.summary,
    properties: {
      in: {
        additionalProperties: false,
        properties: Object.fromEntries(
          Object.entries(declaration.inputs).map(([port, each]) => [port, portSchema(each)]),
        ),
      },
      params: {
        additionalProperties: false,
        properties: Object.fromEntries(params.map(([param, { schema }]) => [param, orInterpolated(schema)])),
      },
      matrix: {
        additionalProperties: false,
        properties: {
          ...Object.fromEntries(axes),
          seed: nullable({ anyOf: [{ type: 'array', items: { type: 'integer', minimum: 0 } }, interpolated] }),
        },
      },
    },
  };
  // Not as a literal: an object with `then` would pass for a promise.
  return Object.fromEntries(new Map<string, JsonSchema>().set('if', used).set('then', allowed));
}

function portSchema({ kind, doc, many }: Port): JsonSchema {
  const one = { $ref: '#/definitions/edge' };
  const description = `${kind}: ${doc}`;
  return {
    description,
    anyOf: [one, ...(many === true ? [{ type: 'array', items: one }] : []), { type: 'null' }, interpolated],
  };
}

/** Editors read descriptions and defaults beside `anyOf`, not within it. */
function orInterpolated({ description, default: fallback, ...rules }: JsonSchema): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [rules, interpolated],
  };
}
