import type { Monitor } from '@twoshot/nn';

/**
 * Share of the `k` nearest images of an image that are the same whether they are looked for among the first views or
 * among the second ones, averaged over the batch: near 1 where views of an image lie together, k / (images - 1) by
 * chance.
 *
 * @param views of every image, at least two; features come view by view
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
 * How evenly the rows of a batch spread over the clusters that k-means finds in them: the entropy of the clusters'
 * shares over its largest value, 1 for even shares, 0 where all rows are in one.
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
