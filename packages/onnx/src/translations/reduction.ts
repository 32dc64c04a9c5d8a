import { tf } from '@twoshot/engine';
import type { GraphBuilder } from '../graph-builder.js';
import {
  type Attributes,
  axisFirst,
  inputOf,
  type Inputs,
  type Translation,
  type Translations,
} from './translation.js';

function axesOf(inputs: Inputs, { axis }: Attributes): readonly number[] {
  const { shape } = inputOf(inputs, 'x');
  return tf.util.parseAxisParam((axis ?? null) as number | number[], [...shape]);
}

/** @param nodes adds what reduces `x` over `axes` */
const reduction = (
  nodes: (graph: GraphBuilder, x: string, axes: readonly number[], keepdims: number) => string,
): Translation => ({
  shapes(inputs, attributes) {
    const axes = axesOf(inputs, attributes);
    const { shape } = inputOf(inputs, 'x');
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return [attributes['keepDims'] === true ? kept : kept.filter((_, axis) => !axes.includes(axis))];
  },
  translate(graph, { inputs, attributes, outputs }) {
    const x = inputOf(inputs, 'x');
    const axes = axesOf(inputs, attributes);
    const keeps = attributes['keepDims'] === true;
    // Without height and width, the axes that stay have the same order in both layouts.
    const first = graph.layoutOf(x) === 'first' && (keeps || (axes.includes(1) && axes.includes(2)));
    const layout = first ? 'first' : 'last';
    const over = first ? axes.map(axisFirst) : axes;
    graph.define(outputs[0]!, nodes(graph, graph.name(x, layout), over, Number(keeps)), keeps ? layout : 'last');
  },
});

export const reductions: Translations = {
  Mean: reduction((graph, x, axes, keepdims) => graph.node('ReduceMean', [x], { axes, keepdims })),
  Max: reduction((graph, x, axes, keepdims) => graph.node('ReduceMax', [x], { axes, keepdims })),
  Sum: reduction((graph, x, axes, keepdims) => graph.node('ReduceSum', [x, graph.integers(axes)], { keepdims })),
};
