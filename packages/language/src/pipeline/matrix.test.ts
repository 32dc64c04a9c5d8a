import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph, StageNode } from './graph.js';
import { stageId } from './id.js';
import { points } from './matrix.js';
import { edgesOf } from './provenance.js';
import { reportedSeed, tasksOf } from '../tasks/task.js';
import { Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const line = (matrix: string, rest = ''): string => `stages:
  data: { use: ingest/tiny }
  backbone: { use: pretrain/plain, in: { images: data.train }, matrix: ${matrix} }
  space: { use: embed/extract, in: { model: backbone.model, images: [data.train] } }
  spread: { use: infer/knn, in: { reference: space.features, labels: data.labels, query: space.features } }
${rest}`;
const vote = '  vote: { use: ensemble/mean, in: { predictions: [spread.predictions] } }\n';
const ids = (graph: Graph): string[] => graph.stages.map(({ id }) => id);
const find = (graph: Graph, id: string): StageNode => {
  const node = graph.stages.find((each) => each.id === id);
  if (node === undefined) throw new Error(`no stage ${id} among ${ids(graph).join(' ')}`);
  return node;
};

test('dependents multiply by the axis, and a many port collects it', async () => {
  const graph = await workspace.graph(line('{ seed: [1, 2] }', vote));
  expect(ids(graph)).toEqual([
    'data',
    'backbone@seed=1',
    'backbone@seed=2',
    'space@seed=1',
    'space@seed=2',
    'spread@seed=1',
    'spread@seed=2',
    'vote',
  ]);
  expect(find(graph, 'space@seed=2').inputs['model']).toEqual({ stage: 'backbone@seed=2', port: 'model' });
  expect(find(graph, 'vote').inputs['predictions']).toEqual([
    { stage: 'spread@seed=1', port: 'predictions' },
    { stage: 'spread@seed=2', port: 'predictions' },
  ]);
});

test('a protocol names the seed of the axis that its stage lies on', async () => {
  const graph = await workspace.graph(line('{ seed: [4, 5] }', vote), { seed: 7 });
  const seeds = tasksOf([{ draw: null, graph }]).map((task) => `${task.id} ${reportedSeed(task)}`);
  expect(seeds).toEqual(expect.arrayContaining(['data 7', 'backbone@seed=4 4', 'spread@seed=5 5', 'vote 7']));
});

test('a many port does not collect over an axis that its stage keeps', async () => {
  const kept = await workspace.graph(line('{ seed: [1, 2] }', vote.replace(' } }', ' }, keep: [seed] }')));
  expect(ids(kept).slice(-2)).toEqual(['vote@seed=1', 'vote@seed=2']);
  expect(find(kept, 'vote@seed=2').inputs['predictions']).toEqual([{ stage: 'spread@seed=2', port: 'predictions' }]);
  const complaint = (keep: string): Promise<string> =>
    workspace.complaint(line('{ seed: [1, 2] }', vote.replace(' } }', ` }, keep: ${keep} }`)));
  expect(await complaint('[sed]')).toMatch(
    /no input of `vote` has the axis `sed`[^]*expected: one of `seed`[^]*nearest: {2}`seed`/,
  );
  expect(await complaint('seed')).toMatch(
    /`keep` is not a list of names[^]*expected: a list of axes, e\.g\. `\[seed\]`/,
  );
});

test('the axis seed replaces the seed of its own stage only', async () => {
  const graph = await workspace.graph(line('{ seed: [1, 2] }'));
  expect(find(graph, 'backbone@seed=2')).toMatchObject({ seedAxis: 2, axes: { seed: 2 }, params: {} });
  expect(find(graph, 'space@seed=2')).toMatchObject({ seedAxis: null, axes: { seed: 2 } });
});

test('any other axis sets the param of its name', async () => {
  const graph = await workspace.graph(line('{ steps: [10, 20], seed: [1] }'));
  expect(ids(graph).slice(1, 3)).toEqual(['backbone@seed=1,steps=10', 'backbone@seed=1,steps=20']);
  expect(find(graph, 'backbone@seed=1,steps=20')).toMatchObject({
    params: { steps: 20 },
    axes: { seed: 1, steps: 20 },
    paramSources: { steps: { line: 3, column: 74 } },
  });
});

test('axes of the same name are one', async () => {
  const graph = await workspace.graph(
    line(
      '{ seed: [1, 2] }',
      '  tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model }, matrix: { seed: [2, 1] } }\n  policy: { use: augment/weak }\n',
    ),
  );
  expect(ids(graph).filter((id) => id.startsWith('tuned'))).toEqual(['tuned@seed=2', 'tuned@seed=1']);
  expect(find(graph, 'tuned@seed=1').inputs['init']).toEqual({ stage: 'backbone@seed=1', port: 'model' });
});

test('a many port of a stage that has the axis takes what is at the same point', async () => {
  const graph = await workspace.graph(`stages:
  data: { use: ingest/tiny, matrix: { draw: [1, 2] } }
  backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [1, 2] } }
  space: { use: embed/extract, in: { model: backbone.model, images: [data.train, data.test] } }
  spread: { use: infer/knn, in: { reference: space.features, labels: data.labels, query: space.features } }
  vote: { use: ensemble/mean, in: { predictions: [spread.predictions] } }
`);
  expect(find(graph, 'space@seed=1,draw=2').inputs).toEqual({
    model: { stage: 'backbone@seed=1,draw=2', port: 'model' },
    images: [
      { stage: 'data@draw=2', port: 'train' },
      { stage: 'data@draw=2', port: 'test' },
    ],
  });
  expect(edgesOf(find(graph, 'vote').inputs['predictions'])).toHaveLength(4);
});

test('an edge may name one point', async () => {
  const graph = await workspace.graph(
    line(
      '{ seed: [1, 2] }',
      '  one: { use: ensemble/submission, in: { predictions: spread@seed=2.predictions } }\noutputs: { best: one.csv, all: spread.predictions, two: backbone@seed=2.model }\n',
    ),
  );
  expect(find(graph, 'one').inputs['predictions']).toEqual({ stage: 'spread@seed=2', port: 'predictions' });
  expect(graph.outputs.map(({ fileName, stage }) => [fileName, stage])).toEqual([
    ['best.csv', 'one'],
    ['all@seed=1.predictions', 'spread@seed=1'],
    ['all@seed=2.predictions', 'spread@seed=2'],
    ['two.model', 'backbone@seed=2'],
  ]);
});

test('a string in an id is safe as a file name', async () => {
  const graph = await workspace.graph('stages: { data: { use: ingest/tiny, matrix: { path: [a/b, "c=d,e"] } } }');
  expect(ids(graph)).toEqual(['data@path=a%2Fb', 'data@path=c%3Dd%2Ce']);
});

test('--set on an axis replaces its values', async () => {
  expect(
    ids(await workspace.graph(line('{ seed: [1, 2] }'), { set: ['backbone.seed=[7, 8, 9]'] })).slice(1, 4),
  ).toEqual(['backbone@seed=7', 'backbone@seed=8', 'backbone@seed=9']);
  expect(ids(await workspace.graph(line('{ steps: [1, 2] }'), { set: ['backbone.steps=5'] }))[1]).toBe(
    'backbone@steps=5',
  );
});

const axisNames = fc.uniqueArray(fc.constantFrom('seed', 'rate', 'steps', 'net', 'width'), { maxLength: 4 });
const axisValues = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 4 });
const axes = axisNames.chain((names) =>
  fc
    .tuple(...names.map((name) => axisValues.map((values) => [name, values] as const)))
    .map((entries) => new Map(entries)),
);

test('every combination of values comes once, under an id of its own that does not depend on the order of the axes', () => {
  fc.assert(
    fc.property(axes, (each) => {
      const all = points(each);
      const expected = [...each.values()].reduce((product, values) => product * values.length, 1);
      const found = all.map((point) => stageId('stage', point));
      expect(new Set(found).size).toBe(expected);
      expect(found).toHaveLength(expected);
      expect(points(new Map([...each].reverse())).map((point) => stageId('stage', point))).toEqual(found);
      for (const point of all) for (const [axis, values] of each) expect(values).toContain(point[axis]);
    }),
  );
});

test('whatever the axes, each edge leads to a stage that comes earlier and agrees on every axis that both have', async () => {
  const lists = fc.record({
    draw: axisValues.map((values) => values.map((value) => value + 1)),
    seed: axisValues,
    k: axisValues,
  });
  await fc.assert(
    fc.asyncProperty(lists, async ({ draw, seed, k }) => {
      const graph = await workspace.graph(`stages:
  vote: { use: ensemble/mean, in: { predictions: [spread.predictions] } }
  spread: { use: infer/knn, in: { reference: space.features, labels: data.labels, query: space.features }, matrix: { k: [${k.join(', ')}] } }
  space: { use: embed/extract, in: { model: backbone.model, images: [data.train] } }
  backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [${seed.join(', ')}] } }
  data: { use: ingest/tiny, matrix: { draw: [${draw.join(', ')}] } }
`);
      const product = draw.length * seed.length * k.length;
      expect(graph.stages).toHaveLength(draw.length + 2 * draw.length * seed.length + product + 1);
      expect(edgesOf(graph.stages.at(-1)?.inputs['predictions'])).toHaveLength(product);
      const earlier = new Map<string, StageNode>();
      for (const node of graph.stages) {
        for (const edge of Object.values(node.inputs).flatMap(edgesOf)) {
          const source = earlier.get(edge.stage);
          expect(source).toBeDefined();
          for (const [axis, value] of Object.entries(node.axes)) {
            expect(source?.axes[axis] ?? value).toBe(value);
          }
        }
        expect(earlier.has(node.id)).toBe(false);
        earlier.set(node.id, node);
      }
    }),
    { numRuns: 25 },
  );
});
