import { engine } from '@tensorflow/tfjs-core';

/**
 * Without an engine, TensorFlow.js looks for one itself and says "No backend found in registry". No engine is ever found
 * in this way here, so what to do is said instead.
 */
Object.assign(engine(), {
  initializeBackendsAndReturnBest(): never {
    throw new Error('no engine is started: `await startEngine()` of @twoshot/engine comes first');
  },
});
