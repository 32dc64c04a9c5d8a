import type { Features, Neighbours } from '@twoshot/artifact';
import { defineStage, integer, number, StageInputError } from '@twoshot/stage';
import { trainingParams } from '@twoshot/training';

export default defineStage({
  name: 'cluster/scan',
  summary: 'Clustering heads on frozen features by SCAN and self-labelling; every head is a partition, best first',
  params: {
    clusters: integer({ default: 10, minimum: 2, doc: 'number of clusters' }),
    heads: integer({ default: 5, minimum: 1, doc: 'heads with different seeds' }),
    hidden: integer({ default: 128, minimum: 0, doc: 'width of a hidden layer of the heads; 0 makes them linear' }),
    ...trainingParams({ steps: 1000, learningRate: 0.01, warmup: 0.05, optimiser: 'adamw', weightDecay: 0.0001 }),
    batch: integer({ default: 1024, minimum: 2, doc: 'rows per step; the entropy needs many more rows than clusters' }),
    entropyWeight: number({ default: 5, minimum: 0, doc: 'weight of the entropy that keeps all clusters in use' }),
    threshold: number({ default: 0.99, minimum: 0, maximum: 1, doc: 'confidence from which a row labels itself' }),
    selfLabelSteps: integer({ default: 200, minimum: 0, doc: 'optimiser steps of self-labelling; 0 skips it' }),
    dropout: number({
      default: 0.2,
      minimum: 0,
      maximum: 0.9,
      doc: 'fraction of features dropped during self-labelling',
    }),
  },
  inputs: {
    features: { kind: 'features', doc: 'rows to cluster' },
    neighbours: { kind: 'neighbours', doc: 'neighbour graph of these rows' },
    model: {
      kind: 'model',
      doc: 'model that extracted the features, so that the resulting model classifies images',
      optional: true,
    },
  },
  outputs: {
    assignments: {
      kind: 'assignments',
      doc: 'partitions `scan-1`, ...; quality is the negative SCAN loss of all rows',
    },
    model: { kind: 'model', doc: 'the best head as part `head`, behind the parts of `model` where it is wired' },
  },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run(context) {
    const { params, inputs, outputs, seed, log, warn } = context;
    const { readFeatures, readNeighbours, writeAssignments, writeModel } = await import('@twoshot/artifact');
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { matrixOf, requireFinite } = await import('@twoshot/geometry');
    const { clusteringHeadPart, createPart } = await import('@twoshot/model');
    const { disposeModule } = await import('@twoshot/nn');
    const { evaluateHead, restore, selfLabelHeads, snapshot, trainScanHeads } = await import('./scan-heads.js');
    const { endToEndModel } = await import('./end-to-end-model.js');
    const { clusters, hidden, steps, batch, learningRate, average, entropyWeight, selfLabelSteps } = params;

    const given = await readFeatures(inputs.features.path);
    const graph = await readNeighbours(inputs.neighbours.path);
    requireSameRows(given, graph, inputs.neighbours.from);
    const { rows, dim, values } = given;
    requireFinite(matrixOf(rows.count, dim, values), `features of ${inputs.features.from}`);
    const { mean, scale, standardised } = standardise(given);
    const data = { features: tf.tensor2d(standardised, [rows.count, dim]), k: graph.k, neighbours: graph.position };

    const random = createRandom(seed('weights'));
    const parts = Array.from({ length: params.heads }, (_, i) =>
      createPart(clusteringHeadPart, { takes: 'features', architecture: { dim, hidden, clusters } }, random.fork(i)),
    );
    // Rows are standardised once, not at every step.
    const heads = parts.map(({ module }) => module.head);
    const common = { context, batch, learningRate, average };
    try {
      const scan = await trainScanHeads(heads, data, {
        ...common,
        steps,
        entropyWeight,
        seed: seed('scan'),
        phase: 'neighbours',
      });
      const before = heads.map((head) => evaluateHead(head, data, entropyWeight));
      const kept = await Promise.all(heads.map(snapshot));
      const outcomes = [...before];
      const curves = { ...scan.curves };
      if (selfLabelSteps > 0) {
        const { threshold, dropout } = params;
        const { curves: own } = await selfLabelHeads(heads, data, {
          ...common,
          // Self-labelling only sharpens, so the learning rate stays low.
          learningRate: learningRate / 10,
          steps: selfLabelSteps,
          threshold,
          dropout,
          seed: seed('self-label'),
          phase: 'self-labels',
        });
        curves['selfLabelLoss'] = own['loss']!;
        for (const [i, head] of heads.entries()) {
          outcomes[i] = evaluateHead(head, data, entropyWeight);
          if (outcomes[i].used >= before[i]!.used) continue;
          warn(`Head ${i + 1} lost a cluster by self-labelling; its earlier weights are restored`);
          restore(head, kept[i]!);
          outcomes[i] = before[i]!;
        }
      }
      const order = outcomes.map((_, i) => i).sort((a, b) => outcomes[a]!.loss - outcomes[b]!.loss);
      log(`SCAN losses ${order.map((i) => outcomes[i]!.loss.toFixed(4)).join(', ')}`);
      const best = order[0]!;
      if (outcomes[best]!.used < clusters)
        warn(`The best head uses ${outcomes[best]!.used} of ${clusters} clusters; a higher entropyWeight spreads them`);
      await writeAssignments(outputs.assignments, {
        rows,
        partitions: order.map((i, rank) => ({
          name: `scan-${rank + 1}`,
          clusters,
          cluster: outcomes[i]!.cluster,
          probabilities: outcomes[i]!.probabilities,
          quality: -outcomes[i]!.loss,
        })),
      });
      const head = parts[best]!;
      head.module.standardiseBy(mean, scale);
      await writeModel(outputs.model, {
        ...(await endToEndModel(inputs.model, head)),
        recipe: {
          stage: 'cluster/scan',
          clusters,
          heads: params.heads,
          steps,
          batch,
          learningRate,
          entropyWeight,
          selfLabelSteps,
        },
        curves,
      });
    } finally {
      data.features.dispose();
      for (const { module } of parts) disposeModule(module);
    }
  },
});

function requireSameRows({ rows }: Features, graph: Neighbours, from: string): void {
  for (const other of [graph.rows, graph.reference])
    if (
      other.count !== rows.count ||
      other.index.some((index, row) => index !== rows.index[row]) ||
      other.set.some((set, row) => other.sets[set] !== rows.sets[rows.set[row]!])
    )
      throw new StageInputError(
        'other-rows',
        `${from} is a graph over other rows than the features. Compute both from the same features with embed/neighbours.`,
      );
}

/** Centred features, scaled to a mean square of 1, so that one learning rate suits all. */
function standardise({ rows, dim, values }: Features): {
  mean: Float32Array;
  scale: number;
  standardised: Float32Array;
} {
  const mean = new Float64Array(dim);
  for (let at = 0; at < values.length; at++) mean[at % dim]! += values[at]! / rows.count;
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += (values[at]! - mean[at % dim]!) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares / values.length) : 1;
  return {
    mean: Float32Array.from(mean),
    scale,
    standardised: values.map((value, at) => (value - mean[at % dim]!) * scale),
  };
}
