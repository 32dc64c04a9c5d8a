import { defineStage } from '@twoshot/stage';
import { subsetPort } from './subset-port.js';

export default defineStage({
  name: 'subset/labels',
  summary: 'Keeps the labels of the rows in a subset, in their original order',
  params: {},
  inputs: { labels: { kind: 'labels', query: true, doc: 'given labels or pseudo-labels' }, subset: subsetPort },
  outputs: { labels: { kind: 'labels', doc: 'those in the subset; all class names stay' } },
  async run({ inputs, outputs, log }) {
    const { readLabels, readSubset, writeLabels } = await import('@twoshot/artifact');
    const { chosenAmong } = await import('./chosen.js');
    const [labels, subset] = await Promise.all([readLabels(inputs.labels.path), readSubset(inputs.subset.path)]);
    const choosing = { subset, inputs: { subset: inputs.subset, of: inputs.labels }, log };
    const { rows, positions } = chosenAmong(labels.rows, choosing);
    const label = Int32Array.from(positions, (row) => labels.label[row]!);
    const weight = Float32Array.from(positions, (row) => labels.weight[row]!);
    const left = new Set(label);
    const without = labels.classNames.filter((_, number) => !left.has(number));
    if (without.length > 0) log(`classes without a label now: ${without.join(', ')}`);
    await writeLabels(outputs.labels, { ...labels, rows, label, weight });
  },
});
