import type { Monitor } from '@twoshot/nn';

/**
 * Fraction of the `k` nearest images of an image that are the same among the first views and among the second views,
 * averaged over the batch: near 1 where views of an image are close, k / (images - 1) by chance.
 *
 * @param views per image, at least two; features are ordered by view
 */
export async function neighbourAgreement({
  views,
  k = 5,
  every = 50,
}: {
  views: number;
  k?: number;
  every?: number;
}): Promise<Monitor> {
  const { matrixOf, nearestNeighbours } = await import('@twoshot/geometry');
  return {
    name: 'neighbour agreement',
    every,
    async measure(features) {
      const [rows, dim] = features.shape;
      const images = rows / views;
      if (!Number.isInteger(images) || images < k + 2) return Number.NaN;
      const values = Float32Array.from(await features.data());
      if (!values.every((value) => Number.isFinite(value))) return Number.NaN;
      const [first, second] = await Promise.all(
        [0, 1].map((view) =>
          nearestNeighbours(matrixOf(images, dim, values.subarray(view * images * dim, (view + 1) * images * dim)), k),
        ),
      );
      let shared = 0;
      for (let image = 0; image < images; image++) {
        const own = new Set(first!.position.subarray(image * k, (image + 1) * k));
        for (const other of second!.position.subarray(image * k, (image + 1) * k)) shared += Number(own.has(other));
      }
      return shared / (images * k);
    },
  };
}

/**
 * How evenly the rows of a batch are distributed over k-means clusters: the entropy of the clusters' proportions over
 * its maximum, 1 for equal sizes, 0 where all rows are in one.
 */
export async function clusterBalance({
  clusters = 10,
  every = 50,
  alarm = 0.3,
}: { clusters?: number; every?: number; alarm?: number } = {}): Promise<Monitor> {
  const { createRandom } = await import('@twoshot/engine/random');
  const { kmeans, matrixOf } = await import('@twoshot/geometry');
  return {
    name: 'cluster balance',
    every,
    async measure(features, step) {
      const [rows, dim] = features.shape;
      if (rows < 2 * clusters) return Number.NaN;
      const values = Float32Array.from(await features.data());
      if (!values.every((value) => Number.isFinite(value))) return Number.NaN;
      const [best] = await kmeans(matrixOf(rows, dim, values), {
        clusters,
        restarts: 1,
        iterations: 10,
        spherical: true,
        random: createRandom(step),
      });
      const sizes = new Uint32Array(clusters);
      for (const label of best!.labels) sizes[label]!++;
      let entropy = 0;
      for (const size of sizes) if (size > 0) entropy -= (size / rows) * Math.log(size / rows);
      return entropy / Math.log(clusters);
    },
    warning: (value, step) =>
      value < alarm
        ? `The features have collapsed: nearly all images of step ${step} fall into one of ${clusters} clusters ` +
          `(balance ${value.toFixed(3)}, 1 is even). Lower the learning rate, or use a larger batch.`
        : null,
  };
}
