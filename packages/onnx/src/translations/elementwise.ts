import { tf } from '@twoshot/engine';
import type { TracedValue } from '@twoshot/engine/trace';
import type { GraphBuilder, Layout } from '../graph-builder.js';
import { inputOf, permuted, type Translation, type Translations } from './translation.js';

/** An operand in the layout of the others; a constant is turned here and now. */
function operand(graph: GraphBuilder, value: TracedValue, layout: Layout): string {
  const { data, shape } = value;
  if (data === null || layout === 'last' || shape.length === 0) return graph.name(value, layout);
  const whole = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
  const turned = permuted(data, whole, [0, 3, 1, 2]);
  return graph.floats(turned.shape, turned.data);
}

/** Channels come first where they do in an operand already and all others can follow without a node. */
function layoutOf(graph: GraphBuilder, values: readonly TracedValue[]): Layout {
  const traced = values.filter(({ data }) => data === null);
  const isFirst = traced.some((value) => graph.layoutOf(value) === 'first');
  return isFirst && traced.every(({ shape }) => shape.length === 4) ? 'first' : 'last';
}

const binary = (type: string): Translation => ({
  shapes: (inputs) => [
    tf.backend_util.assertAndGetBroadcastShape([...inputOf(inputs, 'a').shape], [...inputOf(inputs, 'b').shape]),
  ],
  translate(graph, { inputs, outputs }) {
    const values = [inputOf(inputs, 'a'), inputOf(inputs, 'b')];
    const layout = layoutOf(graph, values);
    const names = values.map((value) => operand(graph, value, layout));
    graph.define(outputs[0]!, graph.node(type, names), layout);
  },
});

/** @param nodes adds what computes the result, from the name of the input */
const unary = (nodes: (graph: GraphBuilder, x: string) => string): Translation => ({
  shapes: (inputs) => [inputOf(inputs, 'x').shape],
  translate(graph, { inputs, outputs }) {
    const x = inputOf(inputs, 'x');
    const layout = graph.layoutOf(x);
    graph.define(outputs[0]!, nodes(graph, graph.name(x, layout)), layout);
  },
});

const single = (type: string): Translation => unary((graph, x) => graph.node(type, [x]));

export const elementwise: Translations = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  GreaterEqual: binary('GreaterOrEqual'),
  Relu: single('Relu'),
  Sigmoid: single('Sigmoid'),
  Exp: single('Exp'),
  Log: single('Log'),
  Neg: single('Neg'),
  Sqrt: single('Sqrt'),
  Identity: unary((_, x) => x),
  // From truth to 0 and 1; numbers are float32 everywhere.
  Cast: unary((graph, x) => graph.node('Cast', [x], { to: 1 })),
  Relu6: unary((graph, x) => graph.node('Clip', [x, graph.floats([], [0]), graph.floats([], [6])])),
  Rsqrt: unary((graph, x) => graph.node('Reciprocal', [graph.node('Sqrt', [x])])),
  Square: unary((graph, x) => graph.node('Mul', [x, x])),
};
