import { type Labels, readImages, rowsOf } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { inputOf, type OpenModel, type Part, preparedImages, requireChannels } from '@twoshot/model';
import { type Comparator, createEvaluation } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';
import { findLabelled } from './labelled-rows.js';

/** The labelled images, in the form that a comparing head needs. */
export interface Support {
  /** [batch, side, side, channels] to [batch, classes] */
  readonly classify: (x: tf.Tensor4D) => tf.Tensor2D;
  readonly scale: 'probabilities' | 'scores';
  /** Images to classify per batch, so that their pairs fit into memory. */
  readonly maxBatch: number;
  dispose(): void;
}

/** Pairs of an image and a labelled one that are compared per batch: about 130 MB for 256 features. */
const maxPairs = 4096;

/**
 * Encodes the labelled images as the head of a model compares them.
 *
 * @throws StageInputError where a class has no image
 */
export async function openSupport(
  model: OpenModel,
  name: string,
  {
    labels,
    reference,
    from,
    size,
  }: { labels: Labels; reference: InputArtifact; from: { readonly from: string }; size: number | null },
): Promise<Support> {
  const images = await readImages(reference.path);
  const preparation = model.preparation();
  requireChannels(preparation, images, from);
  const { position, label } = findLabelled(labels, rowsOf(images.set, images.index), reference);
  const head = (model.anyPart(name) as unknown as Part<Comparator>).module;
  const features = inputOf(model, name, { maps: head.takes === 'maps' });
  const mode = createEvaluation();
  const asked = size === null ? {} : { size };
  const support = tf.tidy(() =>
    tf.concat(
      Array.from(position, (row) => features(preparedImages(images, preparation, [row, row + 1], asked), mode)),
    ),
  );
  const rows = { support, labels: label, ways: labels.classNames.length };
  return {
    classify(x) {
      const scores = head.compare({ ...rows, query: features(x, mode) }, mode);
      return head.gives === 'logits' ? tf.softmax(scores) : scores;
    },
    scale: head.gives === 'logits' ? 'probabilities' : 'scores',
    maxBatch: Math.max(1, Math.floor(maxPairs / position.length)),
    dispose() {
      mode.dispose();
      support.dispose();
    },
  };
}
