import { afterAll, beforeAll, expect, test } from 'vitest';
import { change, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

test('hidden labels wired into training or inference', async () => {
  expect(await workspace.complaint(change('labels: data.labels', 'labels: data.truth'))).toMatchInlineSnapshot(`
    "a.yaml:9:74: hidden labels would reach a stage that does not score: \`data.truth\` -> \`spread.labels\` (infer/knn)
      9 |   spread: { use: infer/knn, in: { reference: reference.features, labels: data.truth, query: query.features } }
        |                                                                          ^^^^^^^^^^
      expected: one of \`data.labels\`
      found:    \`data.truth\` (truth)
      nearest:  \`data.labels\`"
  `);
});

test('hidden labels that reach a selection through scores', async () => {
  expect(
    await workspace.complaint(
      change(
        '{ use: ensemble/mean, in: { predictions: [spread.predictions] } }',
        '{ use: ensemble/best, in: { predictions: [spread.predictions], metrics: chart.metrics } }',
      )
        .replace(
          'truth: data.truth } }',
          'truth: data.truth } }\n  chart: { use: report/chart, in: { metrics: [score.metrics] } }',
        )
        .replace(
          'score: { use: report/score, in: { predictions: vote.predictions',
          'score: { use: report/score, in: { predictions: spread.predictions',
        ),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:10:81: hidden labels would reach \`vote\` (ensemble/best): \`data.truth\` -> \`score.metrics\` -> \`chart.metrics\` -> \`vote.metrics\`
      10 |   vote: { use: ensemble/best, in: { predictions: [spread.predictions], metrics: chart.metrics } }
         |                                                                                 ^^^^^^^^^^^^^
      expected: outputs of scoring stages only at stages that report and in \`outputs:\`
      found:    \`chart.metrics\`, which comes from scoring
      next:     remove this edge, or make \`vote\` select without hidden labels"
  `);
});

test('ground truth does not reach a report that is not declared to score', async () => {
  const text = change('{ metrics: [score.metrics] }', '{ metrics: [data.truth] }');
  expect(await workspace.complaint(text)).toMatch(
    /^a\.yaml:13:45: hidden labels would reach a stage that does not score: `data\.truth` -> `page\.metrics` \(report\/html\)\n/,
  );
});

test('reports and outputs may use results of scoring', async () => {
  const graph = await workspace.graph(
    change('report: page.html }', 'report: page.html, scores: chart.metrics, truth: data.truth }').replace(
      '  page:',
      '  chart: { use: report/chart, in: { metrics: [score.metrics] } }\n  page:',
    ),
  );
  expect(graph.outputs.map(({ fileName }) => fileName)).toEqual([
    'submission.csv',
    'report.html',
    'scores.metrics',
    'truth.truth',
  ]);
});
