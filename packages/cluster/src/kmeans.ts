import { defineStage, flag, integer, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'cluster/kmeans',
  summary: 'K-means with k-means++ seeding and restarts; the best partitions are kept, best first',
  params: {
    clusters: integer({ default: 10, minimum: 2, doc: 'number of clusters' }),
    restarts: integer({ default: 10, minimum: 1, doc: 'runs with different seeds' }),
    iterations: integer({ default: 100, minimum: 1, doc: 'maximum iterations of a run; it stops when no row moves' }),
    spherical: flag({ default: true, doc: 'rows and centres at unit length' }),
    keep: integer({ default: 1, minimum: 1, doc: 'partitions to keep; at most the number of restarts' }),
  },
  inputs: { features: { kind: 'features', doc: 'rows to cluster' } },
  outputs: {
    assignments: {
      kind: 'assignments',
      doc: 'partitions `kmeans-1`, ...; quality is the negative mean squared distance',
    },
  },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, seed, log, progress, signal }) {
    const { readFeatures, writeAssignments } = await import('@twoshot/artifact');
    const { createRandom } = await import('@twoshot/engine/random');
    const { kmeans, matrixOf } = await import('@twoshot/geometry');
    const { rows, dim, values } = await readFeatures(inputs.features.path);
    const { clusters, restarts, iterations, spherical, keep } = params;
    if (clusters > rows.count)
      throw new StageInputError(
        'too-few-rows',
        `${inputs.features.from} has ${rows.count} rows, fewer than the ${clusters} requested clusters. Lower the param \`clusters\`.`,
      );
    const runs = await kmeans(matrixOf(rows.count, dim, values), {
      clusters,
      restarts,
      iterations,
      spherical,
      random: createRandom(seed('clusters')),
      progress: (step, total) => progress({ step, total }),
      signal,
    });
    log(`mean squared distances ${runs.map(({ inertia }) => (inertia / rows.count).toFixed(4)).join(', ')}`);
    await writeAssignments(outputs.assignments, {
      rows,
      partitions: runs.slice(0, keep).map(({ labels, inertia }, i) => ({
        name: `kmeans-${i + 1}`,
        clusters,
        cluster: labels,
        probabilities: null,
        quality: -inertia / rows.count,
      })),
    });
  },
});
