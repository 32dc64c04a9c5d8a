import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type OutputShapes, type TracedCall, type TracedValue, UntraceableError } from './traced-graph.js';

export const tracingBackendName = 'trace';

/**
 * Computes what depends on constants alone in plain JavaScript, and writes down every other call of a kernel: what
 * depends on the input has a shape and no numbers.
 */
export class TracingBackend extends MathBackendCPU {
  readonly calls: TracedCall[] = [];
  readonly #values = new WeakMap<object, TracedValue>();
  readonly #outputShapes: OutputShapes;
  #ids = 0;

  constructor(outputShapes: OutputShapes) {
    super();
    this.#outputShapes = outputShapes;
  }

  /** A tensor that depends on the input. */
  makeTraced(shape: readonly number[]): tf.TensorInfo {
    const info = this.makeTensorInfo([...shape], 'float32');
    this.#values.set(info.dataId, { id: this.#ids++, shape, data: null });
    return info;
  }

  isTraced({ dataId }: tf.TensorInfo): boolean {
    return this.#values.has(dataId);
  }

  valueFor(tensor: tf.TensorInfo): TracedValue {
    const known = this.#values.get(tensor.dataId);
    // One buffer may be seen in several shapes.
    if (known !== undefined) return known;
    const data = super.readSync(tensor.dataId) as Float32Array | Int32Array | Uint8Array;
    return { id: this.#ids++, shape: tensor.shape, data };
  }

  /** Writes down a call; its outputs depend on the input. */
  record(kernel: string, tensors: tf.NamedTensorInfoMap, attributes: tf.NamedAttrMap): tf.TensorInfo[] {
    const inputs = Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        tensor === undefined || tensor === null ? [] : [[name, this.valueFor(tensor)] as const],
      ),
    );
    const shapes = this.#outputShapes(kernel, inputs, attributes);
    if (shapes === null) throw new UntraceableError(`the kernel ${kernel} has no counterpart`);
    const outputs = shapes.map((shape) => this.makeTraced(shape));
    this.calls.push({ kernel, inputs, attributes, outputs: outputs.map((output) => this.valueFor(output)) });
    return outputs;
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    if (this.#values.has(dataId)) throw new UntraceableError('numbers that depend on the images are read');
    return super.readSync(dataId);
  }
}

/** Every kernel of plain JavaScript, for the tracing backend. */
export function registerTracingKernels(): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu'))
    if (tf.getKernel(kernelName, tracingBackendName) === undefined)
      tf.registerKernel({
        kernelName,
        backendName: tracingBackendName,
        kernelFunc(given) {
          const backend = given.backend as TracingBackend;
          const { inputs, attrs = {} } = given;
          const traced = Object.values(inputs).some((tensor) => tensor !== undefined && backend.isTraced(tensor));
          if (!traced) return kernelFunc(given);
          const outputs = backend.record(kernelName, inputs, attrs);
          return outputs.length === 1 ? outputs[0]! : outputs;
        },
      });
}
