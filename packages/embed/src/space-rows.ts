import type { Features } from '@twoshot/artifact';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

/** Inputs of a stage that fits a space to rows and applies it to others. */
export const spaceInputs = {
  fit: { kind: 'features', doc: 'rows that the space is fitted to' },
  apply: { kind: 'features', doc: 'further rows, one or more sets', many: true, optional: true, query: true },
  model: { kind: 'model', doc: 'model that extracted the rows, to extend it by the new space', optional: true },
} as const;

/** Outputs of such a stage. */
export const spaceOutputs = {
  fit: { kind: 'features', from: ['fit'], doc: 'the fitted rows in the new space' },
  applied: { kind: 'features', doc: 'the further rows in the new space, in the order of the inputs' },
  model: {
    kind: 'model',
    from: ['fit', 'model'],
    doc: 'the space as part `space`, behind the parts of `model` where it is wired',
  },
} as const;

/**
 * The rows to fit a space to, at least two, and the further rows, perhaps none, of the same width.
 *
 * @throws StageInputError `too-few-rows`, `dimensions-differ`
 */
export async function readSpaceRows(inputs: {
  readonly fit: InputArtifact;
  readonly apply: readonly InputArtifact[];
}): Promise<{ readonly fit: Features; readonly applied: Features }> {
  const { readFeatures } = await import('@twoshot/artifact');
  const { stackFeatures } = await import('./stack-features.js');
  const fit = await readFeatures(inputs.fit.path);
  if (fit.rows.count < 2)
    throw new StageInputError('too-few-rows', `${inputs.fit.from} has ${fit.rows.count} rows; at least 2 are needed`);
  const parts = await Promise.all(
    inputs.apply.map(async (input) => ({ input, features: await readFeatures(input.path) })),
  );
  const applied = parts.length === 0 ? { ...fit, rows: noRows, values: new Float32Array(0) } : stackFeatures(parts);
  if (applied.dim !== fit.dim)
    throw new StageInputError(
      'dimensions-differ',
      `the rows to apply to have ${applied.dim} dimensions, the fitted ones ${fit.dim}. Extract both with the same model.`,
    );
  return { fit, applied };
}

const noRows = { count: 0, sets: [], set: new Uint8Array(0), index: new Uint32Array(0), view: null };
