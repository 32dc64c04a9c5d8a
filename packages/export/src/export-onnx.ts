import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { encodeModel, type OnnxModel, translateGraph } from '@twoshot/onnx';
import { type ExportedModel, traceClassifier, type TracedClassifier } from './trace-classifier.js';

/**
 * Writes a model that classifies as an ONNX file, with the preparation of the pixels in it. Input `images`: uint8
 * [n, side, side, channels], sRGB. Outputs `logits` and `probabilities`: float32 [n, answers].
 *
 * @returns what was written, for the user
 * @throws StageInputError, UntraceableError as `traceClassifier`
 */
export async function exportOnnx(model: ExportedModel, file: string, cwd: string): Promise<string> {
  const traced = await traceClassifier(model);
  const bytes = encodeModel(onnxModel(traced));
  await writeFile(resolve(cwd, file), bytes);
  const { size, channels, answers } = traced;
  return `${file}: ${(bytes.length / 1e6).toFixed(1)} MB, from uint8 images [n, ${size}, ${size}, ${channels}] to ${answers.length} answers`;
}

function onnxModel({ graph, size, channels, answers, noneThreshold, outside }: TracedClassifier): OnnxModel {
  const translated = translateGraph(graph, { input: 'pixels', outputs: ['logits', 'probabilities'] });
  const shape = ['n', answers.length];
  return {
    name: 'twoshot',
    doc: `Classifies images of ${size} x ${size} pixels, see the metadata.`,
    nodes: [{ type: 'Cast', inputs: ['images'], outputs: ['pixels'], attributes: { to: 1 } }, ...translated.nodes],
    constants: translated.constants,
    inputs: [{ name: 'images', type: 'uint8', shape: ['n', size, size, channels], doc: 'sRGB, from 0 to 255' }],
    outputs: [
      { name: 'logits', type: 'float', shape, doc: 'scores in the order of class_names' },
      { name: 'probabilities', type: 'float', shape, doc: 'softmax of the logits' },
    ],
    metadata: {
      class_names: JSON.stringify(answers),
      ...(noneThreshold !== null && { none_threshold: String(noneThreshold) }),
      image_size: String(size),
      outside_weights: JSON.stringify(outside),
    },
  };
}
