import * as tf from '@tensorflow/tfjs-core';

/** Tensors by name: the gradients of an op are looked up under the names of its inputs. */
type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Gradients by input; each is computed on demand. */
export type Gradients<Names extends string> = Readonly<Record<Names, () => tf.Tensor>>;

interface Definition<I extends Inputs, Y extends tf.Tensor | readonly tf.Tensor[], S extends readonly tf.Tensor[]> {
  readonly inputs: I;
  /**
   * Computes the output, or several. `save` keeps tensors for the backward pass; without a gradient tape it does
   * nothing. Nothing inside is recorded, and all but what is returned or saved is disposed.
   */
  readonly forward: (save: (tensors: S) => void) => Y;
  /** @param dy the gradient of the output; of several, one each, zeros where one has no part in the loss */
  readonly backward: (dy: Y, saved: S) => Gradients<keyof I & string>;
}

/** The methods that `tf.customGrad` calls. */
interface TapeEngine {
  isTapeOn(): boolean;
  runKernelFunc<Y, S>(invocation: {
    readonly inputs: Inputs;
    readonly forwardFunc: (backend: unknown, save: (tensors: S) => void) => Y;
    readonly backwardsFunc: (dy: Y, saved: S) => Gradients<string>;
  }): Y;
}

function hasTape(engine: object): engine is TapeEngine {
  return 'runKernelFunc' in engine && typeof engine.runKernelFunc === 'function' && 'isTapeOn' in engine;
}

/**
 * What the last backward step read. TensorFlow.js keeps every gradient and every saved tensor until the whole pass is
 * over; these are no longer needed once the next step begins, and without them a network takes half the memory.
 */
const spent: tf.Tensor[] = [];

function releaseSpent(): void {
  tf.dispose(spent);
  spent.length = 0;
}

/**
 * Runs an op with a gradient of its own.
 *
 * `tf.customGrad` would compute the gradient of every input, that of a first layer's images included, which costs as
 * much as its forward pass. Inputs and outputs of the backward step are released early, see `spent`.
 */
export function differentiable<
  I extends Inputs,
  Y extends tf.Tensor | readonly tf.Tensor[],
  S extends readonly tf.Tensor[],
>({ inputs, forward, backward }: Definition<I, Y, S>): Y {
  const engine: object = tf.engine();
  if (!hasTape(engine)) throw new Error('this version of tfjs-core has no runKernelFunc');
  let newest = 0;
  return engine.runKernelFunc<Y, S>({
    inputs,
    forwardFunc(_backend, save) {
      const y = forward(save);
      newest = Math.max(...listed(y).map(({ id }) => id));
      return y;
    },
    backwardsFunc(dy, saved) {
      releaseSpent();
      // Under a tape a second gradient may come by again. A gradient that is older than the output is the caller's.
      if (!engine.isTapeOn()) spent.push(...saved, ...listed(dy).filter(({ id }) => id > newest));
      return backward(dy, saved);
    },
  });
}

function listed(tensors: tf.Tensor | readonly tf.Tensor[]): readonly tf.Tensor[] {
  return tensors instanceof tf.Tensor ? [tensors] : tensors;
}
