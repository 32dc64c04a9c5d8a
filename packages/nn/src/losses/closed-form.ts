import { tf } from '@twoshot/engine';

/** The value of a loss, further results, and the gradients of its inputs. */
export interface Evaluated<Parts extends object> {
  readonly loss: number;
  readonly parts: Parts;
  /** Tensors that the gradients need; other intermediate ones are freed. */
  readonly keep?: tf.Tensor[];
  /** Gradients of `upstream * loss`, one for every input, in their order; `kept` are those of `keep`. */
  gradients(upstream: number, kept: readonly tf.Tensor[]): tf.Tensor[];
}

/**
 * A loss whose value and gradient are both known in closed form and are worked out on the host in double precision.
 *
 * An op of TensorFlow.js costs tens of microseconds whatever its size, and a loss over a batch is dozens of small ones,
 * so that one loop over typed arrays is faster than the chain of ops and its reverse, and more exact.
 * First derivatives only: the gradient is not itself differentiable.
 *
 * @param inputs the tensors that the gradient reaches; what `evaluate` reads besides is constant
 */
export function closedForm<Parts extends object>(
  inputs: readonly tf.Tensor[],
  evaluate: () => Evaluated<Parts>,
): { readonly loss: tf.Scalar } & Parts {
  let parts: Parts | undefined;
  const loss = tf.customGrad<tf.Scalar>((...given) => {
    const evaluated = evaluate();
    parts = evaluated.parts;
    const save = given.at(-1) as tf.GradSaveFunc;
    save(evaluated.keep ?? []);
    return {
      value: tf.scalar(evaluated.loss),
      gradFunc: (upstream, kept) => evaluated.gradients(upstream.dataSync()[0]!, kept),
    };
  })(...inputs);
  return { loss, ...parts! };
}
