import { choice, defineStage, integer, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'cluster/name',
  summary: 'Names clusters by the labelled rows in them: predictions for all rows, and pseudo-labels for training',
  params: {
    rule: choice(['one-to-one', 'many-to-one'], {
      default: 'one-to-one',
      doc: 'one-to-one by most evidence (Hungarian method), for as many clusters as classes; or each cluster gets its most likely class, for more clusters',
    }),
    partitions: integer({
      default: 1,
      minimum: 1,
      doc: 'best partitions whose predictions are averaged, each named separately; at most as many as there are',
    }),
  },
  inputs: {
    assignments: { kind: 'assignments', doc: 'clusters of rows, including the labelled ones' },
    labels: { kind: 'labels', doc: 'the labelled rows' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'predictions for all rows; uniform for rows whose cluster has no name' },
    labels: { kind: 'labels', doc: 'pseudo-labels of the rows in named clusters, weighted by their probability' },
  },
  async run({ params, inputs, outputs, log, warn }) {
    const { labelledAmong, readAssignments, readLabels, writeLabels, writePredictions } =
      await import('@twoshot/artifact');
    const { nameByEvidence, namedProbabilities } = await import('@twoshot/fewshot');
    const { memberships } = await import('./memberships.js');
    const { pseudoLabels } = await import('./pseudo-labels.js');
    const { rows, partitions } = await readAssignments(inputs.assignments.path);
    const labels = await readLabels(inputs.labels.path);
    const known = labelledAmong(labels, rows);
    if (known.label.length === 0)
      throw new StageInputError(
        'no-labelled-row',
        `None of the ${labels.rows.count} labelled rows is among the ${rows.count} rows of ${inputs.assignments.from}. Cluster the set that has the labels.`,
      );
    const { classNames } = labels;
    const chosen = partitions.toSorted((a, b) => (b.quality ?? 0) - (a.quality ?? 0)).slice(0, params.partitions);
    const classes = classNames.length;
    const sum = new Float32Array(rows.count * classes);
    for (const partition of chosen) {
      const shares = memberships(partition);
      const names = nameByEvidence({ memberships: shares, ...known }, { rule: params.rule, classes });
      const probabilities = namedProbabilities(shares, names, classes);
      for (let at = 0; at < sum.length; at++) sum[at]! += probabilities[at]! / chosen.length;
      const told = [...names].map((name, cluster) => `${cluster} ${name < 0 ? '(none)' : classNames[name]}`);
      log(`${partition.name}: ${told.join(', ')}`);
      const missing = classNames.filter((_, label) => !names.includes(label));
      if (missing.length > 0) warn(`${partition.name}: no cluster is named ${missing.join(', ')}`);
    }
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values: sum });
    await writeLabels(outputs.labels, pseudoLabels({ rows, classNames, probabilities: sum }, known));
  },
});
