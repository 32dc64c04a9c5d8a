import * as tf from '@tensorflow/tfjs-core';
import { startPortableBackend } from '../backends/portable.js';
import { neededCalls } from './needed-calls.js';
import type { OutputShapes, TracedGraph } from './traced-graph.js';
import { registerTracingKernels, TracingBackend, tracingBackendName } from './tracing-backend.js';

export { anyBatch } from './any-batch.js';
export { loadProgram, type LoadedProgram, type Program, programOf } from './program.js';
export * from './traced-graph.js';

/** A function of one tensor, with what it needs, e.g. a model that is opened for it. */
export interface Traced {
  readonly inputShape: readonly number[];
  readonly forward: (x: tf.Tensor) => tf.Tensor[];
  readonly dispose: () => void;
}

/**
 * Traces a function of tensors to the kernels that it calls, none of which runs: for programs of other runtimes.
 *
 * @param open makes the function; the variables of its modules must be made there
 * @throws UntraceableError
 */
export async function traceGraph(open: () => Promise<Traced>, outputShapes: OutputShapes): Promise<TracedGraph> {
  const before = tf.engine().backendName;
  await startPortableBackend('cpu', 1);
  registerTracingKernels();
  const backend = new TracingBackend(outputShapes);
  tf.registerBackend(tracingBackendName, () => backend);
  await tf.setBackend(tracingBackendName);
  try {
    const { inputShape, forward, dispose } = await open();
    try {
      const given = backend.makeTraced(inputShape);
      const x = tf.engine().makeTensorFromTensorInfo(given);
      const results = tf.tidy(() => forward(x));
      const outputs = results.map((tensor) => backend.valueFor(tensor));
      tf.dispose([x, ...results]);
      return { input: backend.valueFor(given), calls: neededCalls(backend.calls, outputs), outputs };
    } finally {
      dispose();
    }
  } finally {
    await tf.setBackend(before ?? 'cpu');
    tf.removeBackend(tracingBackendName);
  }
}
