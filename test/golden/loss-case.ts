import { tf } from '@twoshot/engine';
import type { GoldenInputs, GoldenOp, GoldenOutput, GoldenParams } from './op-table.js';

/** Inputs of a case as the losses take them: real numbers as tensors, integers as arrays. */
export interface LossInputs {
  /** A real input as a tensor, which the gradient is taken to. */
  readonly matrix: (name: string) => tf.Tensor2D;
  readonly cube: (name: string) => tf.Tensor3D;
  readonly vector: (name: string) => tf.Tensor1D;
  /** A whole-numbered input. */
  readonly labels: (name: string) => Int32Array;
}

/** Results of a loss; `loss` is what is differentiated. */
export type LossResults = Readonly<
  Record<string, tf.Tensor | number | ArrayLike<number>> & { readonly loss: tf.Scalar }
>;

/** An op whose result is a loss: values of all that it returns, and its gradient to every real input. */
export function lossOp(compute: (params: GoldenParams, inputs: LossInputs) => LossResults): GoldenOp {
  return {
    tensor: true,
    trains: 'loss',
    run: (params, inputs) => {
      const results: Record<string, GoldenOutput> = {};
      tf.tidy(() => {
        const real = Object.entries(inputs).filter(([, input]) => input.dtype === 'float32');
        const tensors = new Map(real.map(([name, input]) => [name, tf.tensor([...input.data], [...input.shape])]));
        const forward = (): tf.Scalar => {
          const computed = compute(params, access(inputs, tensors));
          for (const [name, value] of Object.entries(computed)) results[name] = read(value);
          return computed.loss;
        };
        const { grads } = tf.engine().gradients(forward, [...tensors.values()], undefined, true);
        for (const [at, [name, tensor]] of [...tensors].entries()) {
          // A loss that does not depend on an input at all has no gradient there, which is 0.
          const gradient: tf.Tensor | undefined = grads[at];
          results[`grad_${name}`] = read(gradient ?? tf.zerosLike(tensor));
        }
      });
      return results;
    },
  };
}

const read = (value: tf.Tensor | number | ArrayLike<number>): GoldenOutput =>
  value instanceof tf.Tensor ? { shape: value.shape, data: Array.from(value.dataSync()) } : value;

function access(inputs: GoldenInputs, tensors: ReadonlyMap<string, tf.Tensor>): LossInputs {
  return {
    matrix: (name) => tensors.get(name) as tf.Tensor2D,
    cube: (name) => tensors.get(name) as tf.Tensor3D,
    vector: (name) => tensors.get(name) as tf.Tensor1D,
    labels: (name) => Int32Array.from(inputs[name]!.data),
  };
}
