import type { OutputShapes, TracedGraph } from '@twoshot/engine/trace';
import { GraphBuilder } from './graph-builder.js';
import type { OnnxNode, OnnxTensor } from './onnx-model.js';
import { translations } from './translations/index.js';

/** For `traceGraph`: shapes by the kernels that have a translation. */
export const outputShapes: OutputShapes = (kernel, inputs, attributes) =>
  translations[kernel]?.shapes(inputs, attributes) ?? null;

export interface TranslatedGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
}

/**
 * A trace as nodes of ONNX.
 *
 * @param names of the float32 input, with the first axis of any size, and of the outputs, in their order
 */
export function translateGraph(
  { input, calls, outputs }: TracedGraph,
  names: { readonly input: string; readonly outputs: readonly string[] },
): TranslatedGraph {
  const graph = new GraphBuilder();
  graph.define(input, names.input);
  for (const call of calls) translations[call.kernel]!.translate(graph, call);
  const ends = outputs.map((output, at) => ({
    type: 'Identity',
    inputs: [graph.name(output)],
    outputs: [names.outputs[at]!],
    attributes: {},
  }));
  return { nodes: [...graph.nodes, ...ends], constants: graph.constants };
}
