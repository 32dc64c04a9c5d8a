import { tf } from '@twoshot/engine';
import type { StepLoss } from './step.js';

/** A training produced a number that is not finite. */
export class NonFiniteLossError extends Error {
  override readonly name = 'NonFiniteLossError';
  readonly step: number;
  /** Rows of the batch. */
  readonly positions: Uint32Array;
  /** Name of the layer; null if none had run yet, or it is unknown. */
  readonly layer: string | null;

  constructor(what: string, step: number, positions: Uint32Array, { layer, where }: NonFiniteSource) {
    const more = positions.length > 16 ? `, ... (${positions.length} in all)` : '';
    const rows = positions.length === 0 ? '' : `, on the rows ${positions.subarray(0, 16).join(', ')}${more}`;
    super(`${what} at step ${step}${rows}. ${where} A lower learning rate usually helps.`);
    this.step = step;
    this.positions = positions;
    this.layer = layer;
  }
}

export interface NonFiniteSource {
  readonly layer: string | null;
  /** A sentence. */
  readonly where: string;
}

/** `backbone.stage1.conv.weight` belongs to the layer `backbone.stage1.conv`. */
const layerOf = (parameter: string): string => parameter.slice(0, Math.max(0, parameter.lastIndexOf('.'))) || parameter;

/**
 * The last parameter, in the order of the forward pass, with a value that is not finite: the layer at which a gradient
 * first was not finite on the backward pass. Null where all are finite.
 */
export function spoiltParameter(
  parameters: readonly { name: string; variable: tf.Variable }[],
): NonFiniteSource | null {
  const spoilt = parameters.findLast(({ variable }) => !isFinite(variable));
  if (spoilt === undefined) return null;
  return { layer: layerOf(spoilt.name), where: `The gradient of ${spoilt.name} was the first that is not finite.` };
}

/**
 * Runs the forward pass again and checks the output of every operation, in order. An operation is named by the last
 * layer whose parameter was used before it.
 *
 * @param parameters of the network, frozen ones too
 */
export function firstNonFinite(
  compute: () => StepLoss,
  parameters: readonly { name: string; variable: tf.Variable }[],
  trainable: readonly tf.Variable[],
): NonFiniteSource {
  const names = new Map(parameters.map(({ name, variable }) => [variable.id, name]));
  let found: NonFiniteSource = { layer: null, where: 'Its origin is unknown.' };
  tf.tidy(() => {
    tf.variableGrads(() => {
      const { loss } = compute();
      found = inspect([...tf.engine().state.activeTape], names) ?? found;
      return loss;
    }, [...trainable]);
  });
  return found;
}

interface Operation {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
}

function inspect(tape: readonly Operation[], names: ReadonlyMap<number, string>): NonFiniteSource | null {
  const made = new Set<number>();
  let layer: string | null = null;
  for (const { kernelName, inputs, outputs } of tape) {
    for (const input of Object.values(inputs)) {
      const name = names.get(input.id);
      if (name !== undefined) layer = layerOf(name);
      else if (!made.has(input.id) && !isFinite(input))
        return { layer, where: `The external input of ${kernelName}${after(layer)} is already not finite.` };
    }
    for (const output of outputs) {
      made.add(output.id);
      if (!isFinite(output))
        return { layer, where: `The first value that is not finite comes from ${kernelName}${after(layer)}.` };
    }
  }
  return null;
}

const after = (layer: string | null): string =>
  layer === null ? ' before any layer' : ` in or after the layer ${layer}`;

/** Disposed and integer tensors count as finite. */
function isFinite(tensor: tf.Tensor): boolean {
  if (tensor.isDisposed || tensor.dtype !== 'float32') return true;
  return tensor.dataSync().every((value) => Number.isFinite(value));
}
