import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveImageSets } from './sets.js';
import { change, full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('a line that only asks about test images has not seen them', async () => {
  const sets = deriveImageSets(await workspace.graph(full));
  expect(sets.get('data')).toEqual({
    train: { holds: ['train'], seen: [] },
    test: { holds: ['test'], seen: [] },
    labels: { holds: [], seen: [] },
    truth: { holds: [], seen: [] },
  });
  expect(sets.get('policy')).toEqual({ policy: { holds: [], seen: [] } });
  expect(sets.get('backbone')).toEqual({ model: { holds: ['train'], seen: ['train'] } });
  expect(sets.get('query')).toEqual({ features: { holds: ['test', 'train'], seen: ['train'] } });
  expect(sets.get('spread')).toEqual({ predictions: { holds: ['test', 'train'], seen: ['train'] } });
});

test('training on test images is seen downstream, whatever the ports in between', async () => {
  const sets = deriveImageSets(
    await workspace.graph(change('images: data.train, policy', 'images: data.test, policy')),
  );
  expect(sets.get('backbone')).toEqual({ model: { holds: ['test'], seen: ['test'] } });
  expect(sets.get('vote')?.['predictions']?.seen).toEqual(['test', 'train']);
});

test('a reference of test features is seen', async () => {
  const sets = deriveImageSets(
    await workspace.graph(change('reference: reference.features', 'reference: query.features')),
  );
  expect(sets.get('spread')?.['predictions']?.seen).toEqual(['test', 'train']);
});

test('an output that is made from some of the inputs has seen no others', async () => {
  const whitened = change(
    'reference: reference.features, labels: data.labels, query: query.features',
    'reference: space.fit, labels: data.labels, query: space.applied',
  ).replace(
    '  spread:',
    '  space: { use: embed/whiten, in: { fit: reference.features, apply: query.features } }\n  spread:',
  );
  const sets = deriveImageSets(await workspace.graph(whitened));
  expect(sets.get('space')).toEqual({
    fit: { holds: ['train'], seen: ['train'] },
    applied: { holds: ['test', 'train'], seen: ['train'] },
  });
  expect(sets.get('spread')?.['predictions']?.seen).toEqual(['train']);
});
