import { tf } from '@twoshot/engine';
import {
  type Attributes,
  inputOf,
  type Inputs,
  type Shape4D,
  type Translation,
  type Translations,
} from './translation.js';

function infoOf(inputs: Inputs, attributes: Attributes): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as {
    filterSize: [number, number] | number;
    strides: [number, number] | number;
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor';
  };
  const shape = [...inputOf(inputs, 'x').shape] as Shape4D;
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

const pooling = (type: 'MaxPool' | 'AveragePool'): Translation => ({
  shapes: (inputs, attributes) => [infoOf(inputs, attributes).outShape],
  translate(graph, { inputs, attributes, outputs }) {
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = infoOf(inputs, attributes);
    const made = graph.node(type, [graph.name(inputOf(inputs, 'x'), 'first')], {
      kernel_shape: [filterHeight, filterWidth],
      strides: [strideHeight, strideWidth],
      pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
    });
    graph.define(outputs[0]!, made, 'first');
  },
});

/** Both leave padding out of what they compare or average, as TensorFlow.js does. */
export const poolings: Translations = { MaxPool: pooling('MaxPool'), AvgPool: pooling('AveragePool') };
