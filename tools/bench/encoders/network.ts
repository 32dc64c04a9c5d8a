import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { type Backbone, createBackbone, networkArchitecture, type NetworkName, saveWeights } from '@twoshot/nn';
import { encodeModel, type OnnxNode } from '@twoshot/onnx';

/** A network of random weights, whose values stay within the limits of ReLU6 as those of a trained one do. */
export function createNetwork(name: NetworkName): Backbone {
  const known = { stem: null, width: null, depths: null, stemWidth: 16, widths: [] };
  const backbone = createBackbone(networkArchitecture(name, 3, known), createRandom(1));
  for (const { name: of, variable } of backbone.parameters)
    if (of.endsWith('_bn2.weight')) tf.tidy(() => variable.assign(tf.fill(variable.shape, 0.5)));
  return backbone;
}

const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });

/** The same network with the same weights for onnxruntime: images [batch, 3, size, size] to features [batch, dim]. */
export async function onnxNetwork(backbone: Backbone, size: number): Promise<Uint8Array> {
  const weights = new Map(
    [...(await saveWeights({ network: backbone }))].map(([name, tensor]) => [name.replace('network.', ''), tensor]),
  );
  const constants = [...weights, ['zero', scalar(0)] as const, ['six', scalar(6)] as const];
  const nodes: OnnxNode[] = [];
  const add = (type: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string => {
    const output = `v${nodes.length}`;
    nodes.push({ type, inputs, attributes, outputs: [output] });
    return output;
  };
  let side = size;
  const layer = (x: string, conv: string, norm: string, stride: number, isCapped: boolean): string => {
    const { shape } = weights.get(`${conv}.weight`)!;
    const isDepthwise = conv.endsWith('_depthwise_conv');
    const y = add('Conv', [x, `${conv}.weight`], {
      kernel_shape: shape.slice(2),
      strides: [stride, stride],
      group: isDepthwise ? shape[0]! : 1,
      pads: samePads(side, shape[2]!, stride),
    });
    side = Math.ceil(side / stride);
    const statistics = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${norm}.${part}`);
    const z = add('BatchNormalization', [y, ...statistics], { epsilon: { float: 1e-3 } });
    return isCapped ? add('Clip', [z, 'zero', 'six']) : z;
  };
  let x = layer('images', '_conv_stem', '_bn0', 2, true);
  for (const { block, stride, residual } of blocksOf(weights)) {
    const own = `_blocks.${block}`;
    const wide = weights.has(`${own}._expand_conv.weight`)
      ? layer(x, `${own}._expand_conv`, `${own}._bn0`, 1, true)
      : x;
    const spatial = layer(wide, `${own}._depthwise_conv`, `${own}._bn1`, stride, true);
    const narrow = layer(spatial, `${own}._project_conv`, `${own}._bn2`, 1, false);
    x = residual ? add('Add', [narrow, x]) : narrow;
  }
  const maps = layer(x, '_conv_head', '_bn1', 1, true);
  const pooled = add('GlobalAveragePool', [maps]);
  nodes.push({ type: 'Flatten', inputs: [pooled], outputs: ['features'], attributes: { axis: 1 } });
  return encodeModel({
    name: 'encoder',
    doc: '',
    nodes,
    constants: constants.map(([name, { shape, data }]) => ({ name, type: 'float', shape, bytes: bytesOf(data) })),
    inputs: [{ name: 'images', type: 'float', shape: ['batch', 3, size, size], doc: '' }],
    outputs: [{ name: 'features', type: 'float', shape: ['batch', backbone.dim], doc: '' }],
    metadata: {},
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Zeros around an image that TensorFlow's padding `same` asks for: top, left, bottom, right. */
function samePads(side: number, kernel: number, stride: number): readonly number[] {
  const zeros = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  const before = Math.floor(zeros / 2);
  return [before, before, zeros - before, zeros - before];
}

/** Blocks before which the side is halved: the first of stages 2, 3, 4 and 6, which their channels give away. */
function blocksOf(weights: ReadonlyMap<string, { readonly shape: readonly number[] }>) {
  const blocks: { block: number; stride: number; residual: boolean }[] = [];
  let [stage, inputs] = [0, 32];
  for (let block = 0; ; block++) {
    const out = weights.get(`_blocks.${block}._project_conv.weight`)?.shape[0];
    if (out === undefined) return blocks;
    if (out !== inputs) stage++;
    blocks.push({ block, stride: out !== inputs && halving.has(stage) ? 2 : 1, residual: out === inputs });
    inputs = out;
  }
}

/** Stages counted from 1. */
const halving: ReadonlySet<number> = new Set([2, 3, 4, 6]);
