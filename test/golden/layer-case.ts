import { tf } from '@twoshot/engine';
import * as nn from '@twoshot/nn';
import type { GoldenInputs, GoldenOp, GoldenOutput, GoldenTensor } from './op-table.js';

export type Tensors = Readonly<Record<string, tf.Tensor>>;
type Weighted = Pick<nn.Module, 'parameters' | 'buffers'>;

export interface Layer {
  /** The module under test, if it has weights; freed afterwards. */
  readonly module?: Weighted;
  /** Names of the module's parameters and buffers, by the name of the input that fills them. */
  readonly weights?: Readonly<Record<string, string>>;
  /** Inputs that `forward` takes, `x` unless said otherwise. */
  readonly data?: readonly string[];
  /** Gives `y` (or `loss`), of which the gradients are taken, and what else is expected. */
  forward(inputs: Tensors): Tensors;
}

/** A case that compares the outputs of layers and the gradients of sum(y * upstream), or of `loss` where they give it. */
export function layerOp(build: (params: never, inputs: GoldenInputs) => Layer): GoldenOp {
  return {
    tensor: true,
    trains: 'layer',
    run(params, inputs) {
      const built = build(params as never, inputs);
      const { module = { parameters: [], buffers: [] }, weights = {}, data = ['x'] } = built;
      const given = Object.fromEntries(data.map((name) => [name, variableOf(inputs[name]!)]));
      const named = [...module.parameters, ...module.buffers];
      const filled = Object.entries(weights).map(([input, weight]) => {
        const { variable } = named.find(({ name }) => name === weight)!;
        const { shape, data: values } = inputs[input]!;
        tf.tidy(() => variable.assign(tf.tensor([...values], [...shape]).reshape(variable.shape)));
        return [input, variable] as const;
      });
      const differentiable = [...Object.entries(given), ...filled].filter(([, { trainable }]) => trainable);
      const upstream = inputs['upstream'] === undefined ? null : tensorOf(inputs['upstream']);
      const result: Record<string, GoldenOutput> = {};
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => {
            const outputs = built.forward(given);
            for (const [name, output] of Object.entries(outputs)) result[name] = outputOf(output);
            return upstream === null ? (outputs['loss'] as tf.Scalar) : outputs['y']!.mul(upstream).sum<tf.Scalar>();
          },
          differentiable.map(([, variable]) => variable),
        );
        for (const [name, variable] of differentiable) {
          const gradient = grads[variable.name] ?? tf.zerosLike(variable);
          result[`grad_${name}`] = outputOf(gradient.reshape([...inputs[name]!.shape]));
        }
      });
      for (const [input, weight] of Object.entries(weights))
        if (module.buffers.some(({ name }) => name === weight))
          result[input] = outputOf(named.find(({ name }) => name === weight)!.variable);
      tf.dispose([...Object.values(given), ...(upstream === null ? [] : [upstream])]);
      nn.disposeModule(module);
      return result;
    },
  };
}

const tensorOf = ({ shape, data, dtype }: GoldenTensor): tf.Tensor =>
  tf.tensor([...data], [...shape], dtype === 'uint8' ? 'int32' : dtype);
const variableOf = ({ shape, data }: GoldenTensor): tf.Variable => nn.variableOf([...shape], Float32Array.from(data));
const outputOf = (tensor: tf.Tensor): GoldenOutput => ({ shape: tensor.shape, data: tensor.dataSync() });
