import { tf } from '@twoshot/engine';
import type { TracedCall } from '@twoshot/engine/trace';
import type { GraphBuilder } from '../graph-builder.js';
import {
  type Attributes,
  constantOf,
  inputOf,
  type Inputs,
  permuted,
  type Shape4D,
  type Translations,
} from './translation.js';

type Info = tf.backend_util.Conv2DInfo;

function infoOf(inputs: Inputs, attributes: Attributes, depthwise: boolean): Info {
  const {
    strides,
    pad,
    dilations = [1, 1],
    dimRoundingMode,
  } = attributes as {
    strides: [number, number];
    pad: 'valid' | 'same' | number;
    dilations?: [number, number];
    dimRoundingMode?: 'floor';
  };
  const x = Array.from(inputOf(inputs, 'x').shape) as Shape4D;
  const filter = Array.from(inputOf(inputs, 'filter').shape) as Shape4D;
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, depthwise);
}

function convolve(graph: GraphBuilder, { inputs, attributes, outputs }: TracedCall, depthwise: boolean): void {
  const info = infoOf(inputs, attributes, depthwise);
  const { value, pads } = graph.withoutPads(inputOf(inputs, 'x'));
  const filter = inputOf(inputs, 'filter');
  const [height, width, channels, last] = filter.shape as Shape4D;
  const { top, bottom, left, right } = info.padInfo;
  // [h, w, in, out] to [out, in, h, w]; a filter of each channel, [h, w, channels, multiplier], to [out, 1, h, w].
  const { data } = permuted(constantOf(filter, 'a filter'), filter.shape, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
  const shape = depthwise ? [channels * last, 1, height, width] : [last, channels, height, width];
  const made = graph.node('Conv', [graph.name(value, 'first'), graph.floats(shape, data)], {
    kernel_shape: [height, width],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top + pads[0][0], left + pads[1][0], bottom + pads[0][1], right + pads[1][1]],
    group: depthwise ? channels : 1,
  });
  graph.define(outputs[0]!, made, 'first');
}

export const convolutions: Translations = {
  Conv2D: {
    shapes: (inputs, attributes) => [infoOf(inputs, attributes, false).outShape],
    translate: (graph, call) => convolve(graph, call, false),
  },
  DepthwiseConv2dNative: {
    shapes: (inputs, attributes) => [infoOf(inputs, attributes, true).outShape],
    translate: (graph, call) => convolve(graph, call, true),
  },
};
