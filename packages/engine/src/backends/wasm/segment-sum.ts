import * as tf from '@tensorflow/tfjs-core';

/** Sums rows by their segment: `[rows, ...]` to `[segments, ...]`. The gradient of `tf.gather` needs it. */
export function sumSegments(x: tf.Tensor, segments: tf.Tensor, count: number): tf.Tensor {
  const width = x.size / Math.max(1, segments.size);
  const values = x.dataSync();
  const sums = new Float32Array(count * width);
  for (const [row, segment] of segments.dataSync().entries()) {
    if (segment < 0 || segment >= count) continue;
    for (let column = 0; column < width; column++) {
      const place = segment * width + column;
      sums[place] = (sums[place] ?? 0) + (values[row * width + column] ?? 0);
    }
  }
  return tf.tensor(sums, [count, ...x.shape.slice(segments.rank)]);
}
