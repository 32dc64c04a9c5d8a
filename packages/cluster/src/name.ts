import { choice, defineStage, integer, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'cluster/name',
  summary: 'Names clusters by the few labelled rows in them: predictions for all rows, and pseudo-labels to learn from',
  params: {
    rule: choice(['one-to-one', 'many-to-one'], {
      default: 'one-to-one',
      doc: 'every class takes the one cluster so that the evidence is most (Hungarian method), for as many clusters as classes; or every cluster takes its likeliest class, for more clusters',
    }),
    partitions: integer({
      default: 1,
      minimum: 1,
      doc: 'best partitions whose answers are averaged, each named by itself; cut to those that there are',
    }),
  },
  inputs: {
    assignments: { kind: 'assignments', doc: 'clusters of rows, the labelled ones among them' },
    labels: { kind: 'labels', doc: 'the labelled rows' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'answers of all rows; even ones for rows whose cluster has no name' },
    labels: { kind: 'labels', doc: 'pseudo-labels of the rows with a name, weighed by their probability' },
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
