import { tf } from '@twoshot/engine';
import type { Mode } from './module.js';

/** What layers make of weights that no longer change, by layer. */
export interface Constants {
  /** What `make` gave for the layer at its first call, in a tidy: it keeps the tensors that it needs later. */
  of<C extends Disposable>(layer: object, make: () => C): C;
}

interface Disposable {
  dispose(): void;
}

/** Evaluation with what the layers that took part made of their weights; to be disposed before the modules are. */
export type Evaluation = Mode & Disposable;

/**
 * A mode for many passes over weights that do not change until it is disposed: layers fold batch norms into their
 * filters and lay these out once. Such passes have no gradient, and no weight may change between them.
 */
export function createEvaluation(): Evaluation {
  const made = new Map<object, Disposable>();
  return {
    training: false,
    constants: {
      of<C extends Disposable>(layer: object, make: () => C): C {
        if (!made.has(layer)) tf.tidy(() => void made.set(layer, make()));
        return made.get(layer) as C;
      },
    },
    dispose() {
      for (const constant of made.values()) constant.dispose();
      made.clear();
    },
  };
}
