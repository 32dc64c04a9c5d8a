import type { Preparation } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import type { ImageClassifier } from '@twoshot/model';

/**
 * What a classifier says of images, from pixels on: [batch, side, side, channels] from 0 to 255. Where a mirrored image
 * keeps its class, the probabilities are means over both, as everywhere; their logarithms are then the logits.
 *
 * @returns logits and probabilities, [batch, classes]
 */
export function answers({ preparation, logits }: ImageClassifier, pixels: tf.Tensor4D): tf.Tensor[] {
  const x = normalised(pixels, preparation);
  const scores = logits(x);
  const shares = tf.softmax(scores);
  if (!preparation.mirror) return [scores, shares];
  const both = tf.mul<tf.Tensor2D>(tf.add(shares, tf.softmax(logits(tf.reverse(x, 2)))), 0.5);
  return [tf.log(tf.maximum(both, Number.MIN_VALUE)), both];
}

function normalised(pixels: tf.Tensor4D, { normalise }: Preparation): tf.Tensor4D {
  const shares = tf.div<tf.Tensor4D>(pixels, 255);
  if (normalise === null) return shares;
  return tf.div(tf.sub(shares, tf.tensor1d([...normalise.mean])), tf.tensor1d([...normalise.std]));
}
