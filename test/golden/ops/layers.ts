import { batchNorm as normalise, type tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import * as nn from '@twoshot/nn';
import { type Layer, layerOp } from '../layer-case.js';
import type { GoldenInputs, GoldenOp, OpTable } from '../op-table.js';

const random = createRandom(1);
const training = { training: true };

type Pair = [number, number];

/** Params of all ops; a case has those of its own. */
interface Params {
  readonly strides: Pair;
  readonly padding: [Pair, Pair];
  readonly dilation: Pair;
  readonly groups: number;
  readonly momentum: number;
  readonly eps: number;
  readonly slope: number;
  readonly reduction: number;
  readonly size: Pair;
  readonly countIncludePad: boolean;
  readonly stride: number;
  readonly layers: number;
  readonly iterations: number;
  readonly slices: number;
  readonly projection: boolean;
}

const layer = (build: (params: Params, inputs: GoldenInputs) => Layer): GoldenOp => layerOp(build);
const sideOf = (inputs: GoldenInputs, name: string, axis: number): number => inputs[name]!.shape.at(axis)!;
const images = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;

const normWeights = { gamma: 'weight', beta: 'bias' };
const statistics = { runningMean: 'running_mean', runningVar: 'running_var' };

function batchNormLayer(
  { momentum = 0.1, eps }: { momentum?: number; eps: number },
  channels: number,
  mode: nn.Mode,
  affine: boolean,
): Layer {
  const module = nn.batchNorm({ channels, momentum, eps, affine });
  return {
    module,
    weights: { ...(affine ? normWeights : {}), ...statistics },
    forward({ x }) {
      const y = module.forward(x!, mode);
      if (!mode.training) return { y };
      const { mean, variance } = normalise(x!, null, null, eps);
      return { y, batchMean: mean, batchVar: variance };
    },
  };
}

function block(
  module: nn.Module<tf.Tensor4D, tf.Tensor4D>,
  inputs: GoldenInputs,
  weights: Readonly<Record<string, string>>,
): Layer {
  return {
    module,
    weights: Object.fromEntries(Object.entries(weights).filter(([input]) => input in inputs)),
    forward: ({ x }) => ({ y: module.forward(images(x), training) }),
  };
}

const blockWeights = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((i) => [
      [`conv${i}`, `conv${i}.weight`],
      [`gamma${i}`, `bn${i}.weight`],
      [`beta${i}`, `bn${i}.bias`],
    ]),
  ),
  convShortcut: 'downsample.0.weight',
  gammaShortcut: 'downsample.1.weight',
  betaShortcut: 'downsample.1.bias',
};

export const ops: OpTable = {
  conv2d: layer((params, inputs) => {
    const [height, width, input, out] = inputs['filter']!.shape as [number, number, number, number];
    const { strides: stride, padding, dilation } = params;
    const module = nn.conv2d({ in: input, out, size: [height, width], stride, padding, dilation, bias: true }, random);
    return {
      module,
      weights: { filter: 'weight', bias: 'bias' },
      forward: ({ x }) => ({ y: module.forward(images(x), training) }),
    };
  }),
  'depthwise-conv2d': layer((params, inputs) => {
    const [height, width, input, multiplier] = inputs['filter']!.shape as [number, number, number, number];
    const { strides: stride, padding } = params;
    const module = nn.conv2d(
      { in: input, out: input * multiplier, size: [height, width], stride, padding, groups: input },
      random,
    );
    return { module, weights: { filter: 'weight' }, forward: ({ x }) => ({ y: module.forward(images(x), training) }) };
  }),
  'grouped-conv2d': layer((params, inputs) => {
    const [height, width, perGroup, out] = inputs['filter']!.shape as [number, number, number, number];
    const { strides: stride, padding, groups } = params;
    const module = nn.conv2d({ in: perGroup * groups, out, size: [height, width], stride, padding, groups }, random);
    return { module, weights: { filter: 'weight' }, forward: ({ x }) => ({ y: module.forward(images(x), training) }) };
  }),
  'batch-norm-train': layer((params, inputs) => batchNormLayer(params, sideOf(inputs, 'x', -1), training, true)),
  'batch-norm-affine-free': layer((params, inputs) => batchNormLayer(params, sideOf(inputs, 'x', -1), training, false)),
  'batch-norm-eval': layer((params, inputs) =>
    batchNormLayer(params, sideOf(inputs, 'x', -1), { training: false }, true),
  ),
  'layer-norm': layer(({ eps }, inputs) => {
    const module = nn.layerNorm({ channels: sideOf(inputs, 'x', -1), eps });
    return { module, weights: normWeights, forward: ({ x }) => ({ y: module.forward(x!, training) }) };
  }),
  'group-norm': layer(({ groups, eps }, inputs) => {
    const module = nn.groupNorm({ channels: sideOf(inputs, 'x', -1), groups, eps });
    return { module, weights: normWeights, forward: ({ x }) => ({ y: module.forward(images(x), training) }) };
  }),
  relu: layer(() => ({ forward: ({ x }) => ({ y: nn.relu(x!) }) })),
  'leaky-relu': layer(({ slope }) => ({ forward: ({ x }) => ({ y: nn.leakyRelu(x!, slope) }) })),
  gelu: layer(() => ({ forward: ({ x }) => ({ y: nn.gelu(x!) }) })),
  silu: layer(() => ({ forward: ({ x }) => ({ y: nn.silu(x!) }) })),
  'squeeze-excite': layer(({ reduction }, inputs) => {
    const module = nn.squeezeExcite({ channels: sideOf(inputs, 'x', -1), reduction }, random);
    return {
      module,
      weights: { w1: 'fc1.weight', b1: 'fc1.bias', w2: 'fc2.weight', b2: 'fc2.bias' },
      forward: ({ x }) => ({ y: module.forward(images(x), training), scale: module.scale(images(x)) }),
    };
  }),
  'avg-pool': layer((params) => ({
    forward: ({ x }) => ({ y: nn.avgPool(images(x), params) }),
  })),
  'max-pool': layer((params) => ({ forward: ({ x }) => ({ y: nn.maxPool(images(x), params) }) })),
  'global-avg-pool': layer(() => ({ forward: ({ x }) => ({ y: nn.globalMean(images(x)) }) })),
  dense: layer((_, inputs) => {
    const [input, out] = inputs['kernel']!.shape as Pair;
    const module = nn.dense({ in: input, out }, random);
    return {
      module,
      weights: { kernel: 'weight', bias: 'bias' },
      forward: ({ x }) => ({ y: module.forward(x as tf.Tensor2D, training) }),
    };
  }),
  'l2-normalize': layer(({ eps }) => ({ forward: ({ x }) => ({ y: nn.l2Normalize(x!, eps) }) })),
  'residual-block': layer((params, inputs) => {
    const [input, out] = inputs['conv1']!.shape.slice(2) as Pair;
    return block(
      nn.residualBlock(
        { in: input, out, stride: params.stride, eps: params.eps, projection: params.projection },
        random,
      ),
      inputs,
      blockWeights,
    );
  }),
  'bottleneck-block': layer((params, inputs) => {
    const [input, out] = inputs['conv1']!.shape.slice(2) as Pair;
    return block(
      nn.bottleneckBlock(
        { in: input, out, stride: params.stride, eps: params.eps, projection: params.projection },
        random,
      ),
      inputs,
      blockWeights,
    );
  }),
  'dense-block': layer(({ layers, eps }, inputs) => {
    const module = nn.denseBlock(
      {
        in: sideOf(inputs, 'x', -1),
        layers,
        growth: sideOf(inputs, 'conv1b', -1),
        bottleneck: sideOf(inputs, 'conv1a', -1),
        eps,
      },
      random,
    );
    const weights = Array.from({ length: layers }, (_, i) => i + 1).flatMap((i) =>
      (['a', 'b'] as const).flatMap((half) => {
        const part = half === 'a' ? 1 : 2;
        return [
          [`gamma${i}${half}`, `denselayer${i}.norm${part}.weight`],
          [`beta${i}${half}`, `denselayer${i}.norm${part}.bias`],
          [`conv${i}${half}`, `denselayer${i}.conv${part}.weight`],
        ];
      }),
    );
    return block(module, inputs, Object.fromEntries(weights) as Record<string, string>);
  }),
  'induction-routing': layer(({ iterations, eps }, inputs) => {
    const [input, out] = inputs['weight']!.shape as Pair;
    const module = nn.inductionRouting({ in: input, out, iterations, eps }, random);
    return {
      module,
      weights: { weight: 'transform.weight', bias: 'transform.bias' },
      data: ['support'],
      forward({ support }) {
        const { classes, coupling } = module.forward(support as tf.Tensor3D);
        return { y: classes, coupling };
      },
    };
  }),
  'neural-tensor-relation': layer(({ slices }, inputs) => {
    const module = nn.neuralTensorRelation({ dim: sideOf(inputs, 'classes', -1), slices }, random);
    return {
      module,
      weights: { tensor: 'tensor', weight: 'weight', bias: 'bias' },
      data: ['classes', 'query'],
      forward: ({ classes, query }) => ({ y: module.forward(classes as tf.Tensor2D, query as tf.Tensor2D) }),
    };
  }),
  'bilinear-resize': layer(({ size }) => ({
    forward: ({ x }) => ({ y: nn.resizeBilinear(images(x), size) }),
  })),
};
