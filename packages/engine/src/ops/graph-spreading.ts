import * as tf from '@tensorflow/tfjs-core';
import { doublesTensor, readDoubles } from './doubles.js';
import { hasOwnKernels, runKernels } from './native-kernel.js';

/** A weighted graph as compressed sparse rows. */
export interface GraphRows {
  /** [nodes + 1] where the edges of a node start */
  readonly offsets: Uint32Array;
  /** [edges] */
  readonly targets: Uint32Array;
  /** [edges] */
  readonly weights: Float64Array;
}

/** Scores that spread over a graph; all in double precision. */
export interface Spreading {
  /** F = alpha S F + (1 - alpha) Y, once. */
  readonly round: () => void;
  /** F [nodes, columns] */
  readonly scores: () => Float64Array;
  readonly dispose: () => void;
}

/** Columns that are worked on together: one look at an edge serves them all. */
const lanes = 4;

/**
 * Label spreading (Zhou et al. 2004) that starts at F = Y. Every engine sums the edges of a node in their order, so
 * that the scores are the same on all of them.
 *
 * @param graph S
 * @param source Y [nodes, columns]
 */
export function createSpreading(graph: GraphRows, source: ArrayLike<number>, alpha: number): Spreading {
  const nodes = graph.offsets.length - 1;
  const columns = nodes === 0 ? 0 : source.length / nodes;
  const width = Math.ceil(columns / lanes) * lanes;
  const padded = new Float64Array(nodes * width);
  for (let node = 0, at = 0; node < nodes; node++)
    for (let column = 0; column < columns; column++, at++) padded[node * width + column] = source[at]!;
  const isNative = hasOwnKernels() && padded.length > 0;
  const { round, scores, dispose } = isNative
    ? nativeSpreading(graph, padded, nodes, alpha)
    : portableSpreading(graph, padded, width, alpha);
  return {
    round,
    scores() {
      const found = scores();
      const result = new Float64Array(nodes * columns);
      for (let node = 0, at = 0; node < nodes; node++)
        for (let column = 0; column < columns; column++, at++) result[at] = found[node * width + column]!;
      return result;
    },
    dispose,
  };
}

/** Products of a graph with panels of columns; all in double precision. */
export interface GraphProduct {
  /** result = S panel, both [nodes, columns] with a multiple of 4 columns */
  multiply(panel: Float64Array, result: Float64Array): void;
  dispose(): void;
}

/** The graph of a product that is asked for often; the same numbers on every engine. */
export function createGraphProduct(graph: GraphRows): GraphProduct {
  const nodes = graph.offsets.length - 1;
  if (!hasOwnKernels() || nodes === 0)
    return {
      multiply: (panel, result) => multiplyGraph(graph, panel, panel.length / Math.max(1, nodes), result),
      dispose: () => undefined,
    };
  const fixed = graphTensors(graph, 1, 0);
  return {
    multiply(panel, result) {
      const product = tf.tidy(() => {
        const given = doublesTensor(panel, nodes);
        return runKernels<[tf.Tensor2D]>('TwoshotSpread', [], [...fixed, given, given], 1)[0];
      });
      result.set(readDoubles(product));
      product.dispose();
    },
    dispose: () => tf.dispose(fixed),
  };
}

const whole = (values: Uint32Array): tf.Tensor1D =>
  tf.tensor1d(new Int32Array(values.buffer, values.byteOffset, values.length), 'int32');

/** The graph, and the shares of neighbours and source, as the kernel takes them. */
function graphTensors(graph: GraphRows, alpha: number, rest: number): tf.Tensor[] {
  const shares = doublesTensor(Float64Array.of(alpha, rest), 1);
  return [whole(graph.offsets), whole(graph.targets), doublesTensor(graph.weights, 1), shares];
}

function nativeSpreading(graph: GraphRows, padded: Float64Array, nodes: number, alpha: number): Spreading {
  const source = doublesTensor(padded, nodes);
  const fixed = [...graphTensors(graph, alpha, 1 - alpha), source];
  let scores = tf.clone(source);
  return {
    round() {
      const [next] = runKernels<[tf.Tensor2D]>('TwoshotSpread', [], [...fixed, scores], 1);
      scores.dispose();
      scores = next;
    },
    scores: () => readDoubles(scores),
    dispose: () => tf.dispose([...fixed, scores]),
  };
}

function portableSpreading(graph: GraphRows, source: Float64Array, width: number, alpha: number): Spreading {
  let scores = Float64Array.from(source);
  let next = new Float64Array(source.length);
  return {
    round() {
      multiplyGraph(graph, scores, width, next);
      for (let i = 0; i < next.length; i++) next[i] = alpha * next[i]! + (1 - alpha) * source[i]!;
      [scores, next] = [next, scores];
    },
    scores: () => scores,
    dispose: () => undefined,
  };
}

/** result = S panel, both [nodes, width] */
function multiplyGraph(graph: GraphRows, panel: Float64Array, width: number, result: Float64Array): void {
  for (let first = 0; first < width; first += lanes) multiplyLanes(graph, panel, width, first, result);
}

/** result = graph * panel in the columns [first, first + lanes) of both, which have `width` of them. */
function multiplyLanes(
  { offsets, targets, weights }: GraphRows,
  panel: Float64Array,
  width: number,
  first: number,
  result: Float64Array,
): void {
  for (let node = 0; node < offsets.length - 1; node++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let edge = offsets[node]!, end = offsets[node + 1]!; edge < end; edge++) {
      const weight = weights[edge]!;
      const from = targets[edge]! * width + first;
      a += weight * panel[from]!;
      b += weight * panel[from + 1]!;
      c += weight * panel[from + 2]!;
      d += weight * panel[from + 3]!;
    }
    const to = node * width + first;
    result[to] = a;
    result[to + 1] = b;
    result[to + 2] = c;
    result[to + 3] = d;
  }
}
