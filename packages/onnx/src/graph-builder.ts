import type { TracedValue } from '@twoshot/engine/trace';
import type { Attribute, ElementType, OnnxNode, OnnxTensor } from './onnx-model.js';

/**
 * How the axes of images lie in memory: TensorFlow.js computes on [batch, height, width, channels] (`last`), ONNX on
 * [batch, channels, height, width] (`first`). Everything else is `last`.
 */
export type Layout = 'last' | 'first';

/** Zeros around images: [[top, bottom], [left, right]]. */
export type Pads = readonly [readonly [number, number], readonly [number, number]];

/** A translated value: its name in each layout that somebody asked for. */
interface Known {
  readonly rank: number;
  readonly names: Partial<Record<Layout, string>>;
  /** Zeros that the next convolution can lay around this value, in place of a node of their own. */
  readonly padded?: { readonly of: TracedValue; readonly pads: Pads };
}

const noPads: Pads = [
  [0, 0],
  [0, 0],
];
const toFirst = [0, 3, 1, 2];
const toLast = [0, 2, 3, 1];

/** Collects the nodes and constants of an ONNX graph while a trace is translated. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly #known = new Map<number, Known>();
  readonly #constants = new Map<string, string>();
  #names = 0;

  /** Adds a node with one output and returns its name. */
  node(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `v${this.#names++}`;
    this.nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds a node with several outputs. */
  split(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>>,
  ): string[] {
    const outputs = Array.from({ length: count }, () => `v${this.#names++}`);
    this.nodes.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  /** Says under which name, and in which layout, a traced value is computed. */
  define({ id, shape }: TracedValue, name: string, layout: Layout = 'last'): void {
    this.#known.set(id, { rank: shape.length, names: { [layout]: name } });
  }

  /** Says that a value is another one with zeros around it. */
  definePadded({ id, shape }: TracedValue, padded: NonNullable<Known['padded']>): void {
    this.#known.set(id, { rank: shape.length, names: {}, padded });
  }

  /** The value that zeros are laid around, and the zeros; the value itself where there are none. */
  withoutPads(value: TracedValue): { readonly value: TracedValue; readonly pads: Pads } {
    const padded = this.#known.get(value.id)?.padded;
    if (padded === undefined) return { value, pads: noPads };
    return { value: padded.of, pads: padded.pads };
  }

  /** The layout in which a value is there without a further node. */
  layoutOf({ id }: TracedValue): Layout {
    const known = this.#known.get(id);
    return known !== undefined && (known.names.first !== undefined || known.padded !== undefined) ? 'first' : 'last';
  }

  /** The name of a value in a layout. */
  name(value: TracedValue, layout: Layout = 'last'): string {
    if (value.data !== null) return this.floats(value.shape, value.data);
    const known = this.#known.get(value.id);
    if (known === undefined) throw new Error('a value is used before it is computed');
    const { names, padded } = known;
    if (padded !== undefined && names.first === undefined) names.first = this.#pad(padded.of, padded.pads);
    const found = names[layout];
    if (found !== undefined) return found;
    const other = names[layout === 'first' ? 'last' : 'first']!;
    if (known.rank !== 4) return other;
    const turned = this.node('Transpose', [other], { perm: layout === 'first' ? toFirst : toLast });
    names[layout] = turned;
    return turned;
  }

  floats(shape: readonly number[], data: ArrayLike<number>): string {
    return this.#constant('float', shape, new Uint8Array(Float32Array.from(data).buffer));
  }

  integers(values: readonly number[]): string {
    return this.#constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  #pad(value: TracedValue, [[top, bottom], [left, right]]: Pads): string {
    const pads = this.integers([0, 0, top, left, 0, 0, bottom, right]);
    return this.node('Pad', [this.name(value, 'first'), pads]);
  }

  /** Constants of the same numbers are one; only small ones are compared. */
  #constant(type: ElementType, shape: readonly number[], bytes: Uint8Array): string {
    const key = bytes.length > 4096 ? null : `${type} ${shape.join()} ${Buffer.from(bytes).toString('base64')}`;
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `c${this.constants.length}`;
    this.constants.push({ name, type, shape, bytes });
    if (key !== null) this.#constants.set(key, name);
    return name;
  }
}
