import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveProvenance } from './provenance.js';
import { change, full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('a pipeline that only predicts test images has not seen them', async () => {
  const provenance = deriveProvenance(await workspace.graph(full));
  expect(provenance.get('data')).toEqual({
    train: { holds: ['train'], seen: [], outside: [] },
    test: { holds: ['test'], seen: [], outside: [] },
    labels: { holds: [], seen: [], outside: [] },
    truth: { holds: [], seen: [], outside: [] },
  });
  expect(provenance.get('policy')).toEqual({ policy: { holds: [], seen: [], outside: [] } });
  expect(provenance.get('backbone')).toEqual({ model: { holds: ['train'], seen: ['train'], outside: [] } });
  expect(provenance.get('query')).toEqual({ features: { holds: ['test', 'train'], seen: ['train'], outside: [] } });
  expect(provenance.get('spread')).toEqual({ predictions: { holds: ['test', 'train'], seen: ['train'], outside: [] } });
});

test('training on test images is seen downstream, whatever the ports in between', async () => {
  const provenance = deriveProvenance(
    await workspace.graph(change('images: data.train, policy', 'images: data.test, policy')),
  );
  expect(provenance.get('backbone')).toEqual({ model: { holds: ['test'], seen: ['test'], outside: [] } });
  expect(provenance.get('vote')?.['predictions']?.seen).toEqual(['test', 'train']);
});

test('a reference of test features is seen', async () => {
  const provenance = deriveProvenance(
    await workspace.graph(change('reference: reference.features', 'reference: query.features')),
  );
  expect(provenance.get('spread')?.['predictions']?.seen).toEqual(['test', 'train']);
});

test('an output that is made from some of the inputs has seen no others', async () => {
  const whitened = change(
    'reference: reference.features, labels: data.labels, query: query.features',
    'reference: space.fit, labels: data.labels, query: space.applied',
  ).replace(
    '  spread:',
    '  space: { use: embed/whiten, in: { fit: reference.features, apply: query.features } }\n  spread:',
  );
  const provenance = deriveProvenance(await workspace.graph(whitened));
  expect(provenance.get('space')).toEqual({
    fit: { holds: ['train'], seen: ['train'], outside: [] },
    applied: { holds: ['test', 'train'], seen: ['train'], outside: [] },
  });
  expect(provenance.get('spread')?.['predictions']?.seen).toEqual(['train']);
});

test('weights from outside had a part in all that comes from them, through queries too', async () => {
  const provenance = deriveProvenance(
    await workspace.graph(
      change(
        'use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 20 }',
        'use: pretrain/outside',
      ),
    ),
  );
  expect(provenance.get('backbone')).toEqual({ model: { holds: [], seen: [], outside: ['net of size 3'] } });
  expect(provenance.get('query')?.['features']).toEqual({ holds: ['test'], seen: [], outside: ['net of size 3'] });
  expect(provenance.get('score')?.['metrics']?.outside).toEqual(['net of size 3']);
  expect(provenance.get('data')?.['train']?.outside).toEqual([]);
});
