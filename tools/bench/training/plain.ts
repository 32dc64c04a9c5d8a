import * as tf from '@tensorflow/tfjs';
import { noise } from './ours.js';
import type { NetworkName, Run, Work } from './work.js';

type Layer = tf.SymbolicTensor;

const conv = (x: Layer, filters: number, kernelSize = 3, strides = 1): Layer =>
  tf.layers
    .conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' })
    .apply(x) as Layer;
const norm = (x: Layer): Layer => tf.layers.batchNormalization({ epsilon: 1e-5, momentum: 0.9 }).apply(x) as Layer;
const rectify = (x: Layer): Layer => tf.layers.activation({ activation: 'relu' }).apply(x) as Layer;
const halve = (x: Layer): Layer => tf.layers.maxPooling2d({ poolSize: 2 }).apply(x) as Layer;
const sum = (x: Layer, y: Layer): Layer => tf.layers.add().apply([x, y]) as Layer;
const block = (x: Layer, filters: number): Layer => rectify(norm(conv(x, filters)));

function basic(x: Layer, filters: number, strides: number): Layer {
  const inner = rectify(norm(conv(x, filters, 3, strides)));
  const changes = strides !== 1 || x.shape.at(-1) !== filters;
  return rectify(sum(norm(conv(inner, filters)), changes ? norm(conv(x, filters, 1, strides)) : x));
}

function wide(x: Layer, filters: number, strides: number): Layer {
  const first = rectify(norm(x));
  const inner = rectify(norm(conv(first, filters, 3, strides)));
  return sum(conv(inner, filters), x.shape.at(-1) === filters ? x : conv(first, filters, 1, strides));
}

/** The four networks as somebody writes them with the layers of TensorFlow.js. */
const bodies: Readonly<Record<NetworkName, (x: Layer) => Layer>> = {
  'conv-4-64': (x) => [0, 1, 2, 3].reduce((y) => halve(block(y, 64)), x),
  'resnet-9'(x) {
    const first = halve(block(block(x, 64), 128));
    const second = halve(block(sum(first, block(block(first, 128), 128)), 256));
    const third = halve(block(second, 512));
    return sum(third, block(block(third, 512), 512));
  },
  'resnet-18': (x) =>
    [64, 128, 256, 512].reduce(
      (y, width, stage) => basic(basic(y, width, stage === 0 ? 1 : 2), width, 1),
      block(x, 64),
    ),
  'wrn-28-2'(x) {
    const last = [32, 64, 128].reduce(
      (y, width, stage) => [0, 1, 2, 3].reduce((z, i) => wide(z, width, stage > 0 && i === 0 ? 2 : 1), y),
      conv(x, 16),
    );
    return rectify(norm(last));
  },
};

/** TensorFlow.js on the same native library, without any kernel or fusion of ours. */
export function preparePlain({ kind, network, batch }: Work): Run {
  const input = tf.input({ shape: [32, 32, 3] });
  const features = tf.layers.globalAveragePooling2d({}).apply(bodies[network!](input)) as Layer;
  const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 10 }).apply(features) as Layer });
  const { pixels, targets } = noise(batch!);
  const [x, y] = [tf.tensor4d(pixels, [batch!, 32, 32, 3]), tf.tensor2d(targets, [batch!, 10])];
  if (kind === 'forward')
    return (calls) => {
      for (let call = 0; call < calls; call++) tf.tidy(() => (model.predictOnBatch(x) as tf.Tensor).sum().dataSync());
      return Promise.resolve(0);
    };
  const optimizer = tf.train.momentum(0.01, 0.9);
  model.compile({ optimizer, loss: (truth, logits) => tf.losses.softmaxCrossEntropy(truth, logits) });
  return async (calls) => {
    let loss = 0;
    for (let call = 0; call < calls; call++) loss = (await model.trainOnBatch(x, y)) as number;
    return loss;
  };
}
