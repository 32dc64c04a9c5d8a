import { tf } from '@twoshot/engine';
import { anyBatch } from '@twoshot/engine/trace';
import { type Attributes, axisFirst, inputOf, type Inputs, listOf, type Translations } from './translation.js';

/** The one size of a shape that depends on the number of images is left to ONNX to infer. */
const withoutBatch = (shape: readonly number[]): number[] => shape.map((size) => (size % anyBatch === 0 ? -1 : size));

interface Pad {
  readonly paddings: readonly (readonly [number, number])[];
  readonly constantValue: number;
}

const axisOf = (inputs: Inputs, { axis }: Attributes): number => {
  const { length } = Object.values(inputs)[0]!.shape;
  return tf.util.parseAxisParam(
    axis as number,
    Array.from({ length }, () => 1),
  )[0]!;
};

function partsOf(inputs: Inputs, attributes: Attributes): readonly number[] {
  const axis = axisOf(inputs, attributes);
  const size = inputOf(inputs, 'x').shape[axis]!;
  const wanted = attributes['numOrSizeSplits'] as number | readonly number[];
  return typeof wanted === 'number' ? Array.from({ length: wanted }, () => size / wanted) : wanted;
}

export const shapeChanges: Translations = {
  Reshape: {
    shapes: (inputs, { shape }) => [
      tf.util.inferFromImplicitShape(shape as number[], tf.util.sizeFromShape([...inputOf(inputs, 'x').shape])),
    ],
    translate(graph, { inputs, outputs }) {
      const x = graph.name(inputOf(inputs, 'x'));
      graph.define(outputs[0]!, graph.node('Reshape', [x, graph.integers(withoutBatch(outputs[0]!.shape))]));
    },
  },
  Transpose: {
    shapes: (inputs, { perm }) => [(perm as number[]).map((axis) => inputOf(inputs, 'x').shape[axis]!)],
    translate(graph, { inputs, attributes, outputs }) {
      const x = graph.name(inputOf(inputs, 'x'));
      graph.define(outputs[0]!, graph.node('Transpose', [x], { perm: attributes['perm'] as number[] }));
    },
  },
  PadV2: {
    shapes: (inputs, attributes) => {
      const { paddings } = attributes as unknown as Pad;
      return [inputOf(inputs, 'x').shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1])];
    },
    translate(graph, { inputs, attributes, outputs }) {
      const { paddings, constantValue } = attributes as unknown as Pad;
      const x = inputOf(inputs, 'x');
      const [batch, height, width, channels] = paddings;
      const spatial = paddings.length === 4 && [...batch!, ...channels!].every((count) => count === 0);
      if (spatial && constantValue === 0) graph.definePadded(outputs[0]!, { of: x, pads: [height!, width!] });
      else {
        const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
        graph.define(outputs[0]!, graph.node('Pad', [graph.name(x), pads, graph.floats([], [constantValue])]));
      }
    },
  },
  Concat: {
    shapes(inputs, attributes) {
      const axis = axisOf(inputs, attributes);
      const shapes = listOf(inputs).map(({ shape }) => shape);
      return [
        shapes[0]!.map((size, at) => (at === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size)),
      ];
    },
    translate(graph, { inputs, attributes, outputs }) {
      const parts = listOf(inputs);
      const axis = axisOf(inputs, attributes);
      const first = parts.every((part) => part.data === null && graph.layoutOf(part) === 'first');
      const layout = first ? 'first' : 'last';
      const names = parts.map((part) => graph.name(part, layout));
      graph.define(outputs[0]!, graph.node('Concat', names, { axis: first ? axisFirst(axis) : axis }), layout);
    },
  },
  SplitV: {
    shapes(inputs, attributes) {
      const axis = axisOf(inputs, attributes);
      const { shape } = inputOf(inputs, 'x');
      return partsOf(inputs, attributes).map((part) => shape.map((size, at) => (at === axis ? part : size)));
    },
    translate(graph, { inputs, attributes, outputs }) {
      const x = inputOf(inputs, 'x');
      const axis = axisOf(inputs, attributes);
      const layout = graph.layoutOf(x);
      const sizes = graph.integers(partsOf(inputs, attributes));
      const names = graph.split('Split', [graph.name(x, layout), sizes], outputs.length, {
        axis: layout === 'first' ? axisFirst(axis) : axis,
      });
      for (const [at, output] of outputs.entries()) graph.define(output, names[at]!, layout);
    },
  },
  Reverse: {
    shapes: (inputs) => [inputOf(inputs, 'x').shape],
    translate(graph, { inputs, attributes, outputs }) {
      const axes = [attributes['dims'] as number | number[]].flat();
      const ends = axes.map(() => Number.MIN_SAFE_INTEGER);
      const [starts, stops, steps] = [axes.map(() => -1), ends, axes.map(() => -1)].map((each) => graph.integers(each));
      const x = graph.name(inputOf(inputs, 'x'));
      graph.define(outputs[0]!, graph.node('Slice', [x, starts!, stops!, graph.integers(axes), steps!]));
    },
  },
};
