import { tf } from '@twoshot/engine';
import type { TracedValue } from '@twoshot/engine/trace';
import type { GraphBuilder } from '../graph-builder.js';
import { inputOf, permuted, type Translation, type Translations } from './translation.js';

const swapped = (rank: number): number[] => [
  ...Array.from({ length: rank - 2 }, (_, axis) => axis),
  rank - 1,
  rank - 2,
];

const shapeOf = ({ shape }: TracedValue, transposed: boolean): number[] =>
  transposed ? swapped(shape.length).map((axis) => shape[axis]!) : [...shape];

function factor(graph: GraphBuilder, value: TracedValue, transposed: boolean): string {
  if (!transposed) return graph.name(value);
  const perm = swapped(value.shape.length);
  if (value.data === null) return graph.node('Transpose', [graph.name(value)], { perm });
  const turned = permuted(value.data, value.shape, perm);
  return graph.floats(turned.shape, turned.data);
}

const overLastAxis = (type: 'Softmax' | 'LogSoftmax'): Translation => ({
  shapes: (inputs) => [inputOf(inputs, 'logits').shape],
  translate(graph, { inputs, outputs }) {
    graph.define(outputs[0]!, graph.node(type, [graph.name(inputOf(inputs, 'logits'))], { axis: -1 }));
  },
});

export const products: Translations = {
  BatchMatMul: {
    shapes(inputs, { transposeA, transposeB }) {
      const a = shapeOf(inputOf(inputs, 'a'), transposeA === true);
      const b = shapeOf(inputOf(inputs, 'b'), transposeB === true);
      const outer = tf.backend_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
      return [[...outer, a.at(-2)!, b.at(-1)!]];
    },
    translate(graph, { inputs, attributes, outputs }) {
      const a = factor(graph, inputOf(inputs, 'a'), attributes['transposeA'] === true);
      const b = factor(graph, inputOf(inputs, 'b'), attributes['transposeB'] === true);
      graph.define(outputs[0]!, graph.node('MatMul', [a, b]));
    },
  },
  Softmax: overLastAxis('Softmax'),
  LogSoftmax: overLastAxis('LogSoftmax'),
};
