// @module-tag slow
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readImages } from '@twoshot/artifact';
import { loadPipeline, tasksOf } from '@twoshot/language';
import { expect, test } from 'vitest';
import { run, stagesThat, temporaryFolder, workspace } from './rig.js';

const learning = `
  data: { use: ingest/mnist, params: { limit: 150 } }
  weak: { use: augment/weak, params: { kind: digits, size: 16 } }
  backbone:
    use: pretrain/simsiam
    in: { images: data.train, policy: weak.policy }
    params: { steps: 2, batch: 32, widths: [16, 32, 64], size: 16 }
  features: { use: embed/extract, in: { model: backbone.model, images: data.train }, params: { size: 16 } }
  nearest: { use: embed/neighbours, in: { reference: features.features }, params: { k: 5 } }
  groups: { use: cluster/kmeans, in: { features: features.features }, params: { restarts: 1 } }
  sure:
    use: subset/reliable
    in: { assignments: groups.assignments, neighbours: nearest.graph }
    params: { share: 0.6 }
  sure-images: { use: subset/images, in: { images: data.train, subset: sure.subset } }
  taught:
    use: metatrain/prototypical
    in: { images: sure-images.images, assignments: groups.assignments, policy: weak.policy, init: backbone.model }
    params: { steps: 2, ways: 5, queries: 2 }
`;

const choices = `
  test-features: { use: embed/extract, in: { model: backbone.model, images: data.test } }
  votes:
    use: infer/knn
    in: { reference: features.features, query: test-features.features, labels: data.labels }
  few: { use: subset/sample, in: { images: data.test }, params: { count: 60 } }
  few-votes: { use: subset/predictions, in: { predictions: votes.predictions, subset: few.subset } }
  unlike: { use: subset/without-duplicates, in: { features: test-features.features } }
  unlike-votes: { use: subset/predictions, in: { predictions: votes.predictions, subset: unlike.subset } }
`;

async function written(stages: string): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  const file = join(folder, 'subsets.yaml');
  await writeFile(file, `pipeline: subsets\nstages:${stages}outputs:\n  images: sure-images.images\n`);
  return { folder, file };
}

test('a backbone learns from the reliable part of the images', { timeout: 600_000 }, async () => {
  const { folder, file } = await written(learning);
  const args = ['run', file, '--store', join(folder, 'store'), '--json'];
  const finished = await run(args);
  expect(finished.text).toContain('subsets done');
  expect(finished.code).toBe(0);
  await copyFile(finished.summary!.outputs['images']!, join(folder, 'images.arrow'));
  const { set, count } = await readImages(folder);
  expect(set).toBe('train');
  expect(count).toBeGreaterThan(20);
  expect(count).toBeLessThan(150);
  expect(stagesThat(await run(args), 'ran')).toEqual([]);
});

test('predictions that are chosen by the images have seen them, those that are drawn have not', async () => {
  const { file } = await written(learning + choices);
  const graph = await loadPipeline(file, { workspace, set: [] });
  if (!graph.ok) throw new Error(graph.failures.map(({ message }) => message).join('\n'));
  const tasks = new Map(
    tasksOf([{ graph: graph.value, draw: null }]).map(({ node, provenance }) => [node.id, provenance]),
  );
  const seen = (stage: string, port: string) => tasks.get(stage)![port]!.seen;
  expect(tasks.get('sure-images')!['images']).toEqual({ holds: ['train'], seen: ['train'], outside: [] });
  expect(seen('taught', 'model')).toEqual(['train']);
  expect(tasks.get('few')!['subset']).toEqual({ holds: ['test'], seen: [], outside: [] });
  expect(seen('few-votes', 'predictions')).toEqual(['train']);
  expect(seen('unlike-votes', 'predictions')).toEqual(['test', 'train']);
});
