// @module-tag slow
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Finished, run, stagesThat, temporaryFolder, workspace } from './rig.js';

const set = (params: readonly string[]): string[] => params.flatMap((param) => ['--set', param]);

/** A few hundred images and a training of seconds; everything else as the pipeline has it. */
const small = [
  'data.limit=600',
  'backbone.steps=30',
  'backbone.batch=32',
  'backbone.views=2',
  'backbone.widths=[16,32,64]',
  'backbone.projector=64',
  'space.components=32',
  // Refinements are for the features of a long training: from weak ones a single class takes all rows.
  'spread.refinements=0',
];

const linesOf = (finished: Finished): string[] =>
  readFileSync(finished.summary!.outputs['submission']!, 'utf8').trimEnd().split('\n');

const accuraciesOf = ({ summary }: Finished): number[] =>
  Object.values(summary!.metrics).flatMap(({ accuracy }) => accuracy ?? []);

const cifar10 = process.env['TWOSHOT_CIFAR10'] ?? '';

const competitions = [
  { full: 'full', selection: 'selection', params: small, above: 0.2, isThere: true },
  {
    full: 'full-cifar10',
    selection: 'selection-cifar10',
    params: [...small, `data.path=${cifar10}`],
    above: 0.1,
    isThere: cifar10 !== '',
  },
];

describe.each(competitions)('$full', ({ full, selection, params, above, isThere }) => {
  test.runIf(isThere)(
    'labels the test images; a recipe is scored on the train images, with the training that is there',
    { timeout: 600_000 },
    async () => {
      const store = await temporaryFolder();
      const finished = await run(['run', full, '--store', store, ...set(params), '--json']);
      expect(finished.text).toContain(`${full} done`);
      expect(finished.code).toBe(0);
      expect(linesOf(finished)[0]).toBe('id,label');
      expect(linesOf(finished)).toHaveLength(1 + 600);
      expect(finished.text).toMatch(/score\.accuracy .* 600 of test, 20 labelled, inductive/);
      expect(accuraciesOf(finished)).toHaveLength(1);
      expect(accuraciesOf(finished)[0]).toBeGreaterThan(above);

      const chosen = await run(['run', selection, '--store', store, ...set(params), '--draws', '101-102', '--json']);
      expect(chosen.code).toBe(0);
      expect(stagesThat(chosen, 'ran').filter((stage) => /^(backbone|space|nearest|.*features)/.test(stage))).toEqual(
        [],
      );
      expect(chosen.summary!.stages.filter(({ use }) => use === 'report/score')).toHaveLength(2);
      expect(chosen.text).toMatch(/score\.accuracy .* of train, 20 labelled, transductive, .* draws 101-102, .* n=2/);
    },
  );
});

test('a backbone is fitted to labels and pseudo-labels, and its features answer', { timeout: 600_000 }, async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'tuned.yaml');
  writeFileSync(
    file,
    `pipeline: tuned
extends: ${join(workspace, 'pipelines/smoke.yaml')}
stages:
  tuned:
    use: finetune/pseudo-label
    in:
      model: backbone.model
      images: data.train
      policy: weak.policy
      strong: strong.policy
      labels: data.labels
      predictions: [spread.reference]
    params: { steps: 20, batch: 20, headSteps: 40 }
  tuned-train: { use: embed/extract, in: { model: tuned.model, images: data.train }, params: { size: 20 } }
  tuned-test: { use: embed/extract, in: { model: tuned.model, images: data.test }, params: { size: 20 } }
  tuned-votes:
    use: infer/knn
    in: { reference: tuned-train.features, query: tuned-test.features, labels: data.labels }
  tuned-score:
    use: report/score
    in: { predictions: tuned-votes.predictions, truth: data.truth, labels: data.labels }
`,
  );
  const args = ['--store', join(folder, 'store'), '--only', 'tuned-score', '--json'];
  const finished = await run(['run', file, ...args]);
  expect(finished.text).toContain('tuned done');
  expect(finished.code).toBe(0);
  expect(stagesThat(finished, 'ran')).toEqual(expect.arrayContaining(['spread', 'tuned', 'tuned-votes']));
  expect(finished.summary!.metrics['tuned-score']!['accuracy']).toBeGreaterThan(0.2);
  const again = await run(['run', file, ...args]);
  expect(stagesThat(again, 'ran')).toEqual([]);
});
