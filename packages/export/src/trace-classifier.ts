import type { Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import { anyBatch, traceGraph, type TracedGraph } from '@twoshot/engine/trace';
import { imageClassifier, openModel, requireSize } from '@twoshot/model';
import { outputShapes } from '@twoshot/onnx';
import { answers } from './answers.js';

/** A model to export. */
export interface ExportedModel {
  readonly path: string;
  /** For messages. */
  readonly from: string;
  readonly document: { readonly recipe: Json };
}

/** A model that classifies as the kernels that it calls. */
export interface TracedClassifier {
  /** From pixels 0..255, [n, side, side, channels], to logits and probabilities, [n, classes] */
  readonly graph: TracedGraph;
  readonly size: number;
  readonly channels: number;
  readonly classNames: readonly string[];
  /** Weights from outside that the model was made with, in words. */
  readonly outside: readonly string[];
}

/**
 * Traces the classifier of a model from pixels on.
 *
 * @throws StageInputError for a model that does not classify images, or that takes images of any size
 * @throws UntraceableError for a model with an operation that has no counterpart
 */
export async function traceClassifier({ path, from, document }: ExportedModel): Promise<TracedClassifier> {
  let facts: Pick<TracedClassifier, 'size' | 'channels' | 'classNames'> | null = null;
  const graph = await traceGraph(async () => {
    const model = await openModel({ path, from });
    const classifier = imageClassifier(model, null);
    const { preparation, classNames } = classifier;
    const { channels } = preparation;
    const size = requireSize(preparation, { from });
    facts = { size, channels, classNames };
    return {
      inputShape: [anyBatch, size, size, channels],
      forward: (x: tf.Tensor) => answers(classifier, x as tf.Tensor4D),
      dispose: () => model.dispose(),
    };
  }, outputShapes);
  return { graph, ...facts!, outside: outsideOf(document.recipe) };
}

/** What the stages that made a model noted in its recipe. */
function outsideOf(recipe: Json): string[] {
  if (typeof recipe !== 'object' || recipe === null || !('outside' in recipe)) return [];
  return [recipe['outside']].flat().map(String);
}
