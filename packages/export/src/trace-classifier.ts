import { type Json, noneOfThese } from '@twoshot/artifact';
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
  /** What the outputs are: the classes and, where the model can tell, `none of these` at the end. */
  readonly answers: readonly string[];
  /** The answer is `none of these` where its probability is above this; null where that is no answer. */
  readonly noneThreshold: number | null;
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
  let facts: Pick<TracedClassifier, 'size' | 'channels' | 'answers' | 'noneThreshold'> | null = null;
  const graph = await traceGraph(async () => {
    const model = await openModel({ path, from });
    const classifier = imageClassifier(model, { training: false });
    const { preparation, classNames, none } = classifier;
    const { channels } = preparation;
    const size = requireSize(preparation, { from });
    const possible = none === null ? classNames : [...classNames, noneOfThese];
    facts = { size, channels, answers: possible, noneThreshold: none?.threshold ?? null };
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
