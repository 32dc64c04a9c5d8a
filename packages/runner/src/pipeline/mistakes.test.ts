import { afterAll, beforeAll, expect, test } from 'vitest';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const change = (from: string, to: string): string => {
  if (!full.includes(from)) throw new Error(`the pipeline does not contain ${from}`);
  return full.replace(from, to);
};

test('an unknown stage', async () => {
  expect(await workspace.complaint(change('infer/knn', 'infer/kmn'))).toMatchInlineSnapshot(`
    "a.yaml:9:18: no package offers the stage \`infer/kmn\`
      9 |   spread: { use: infer/kmn, in: { reference: reference.features, labels: data.labels, query: query.features } …
        |                  ^^^^^^^^^
      expected: one of \`augment/weak\`, \`embed/extract\`, \`ensemble/best\`, \`ensemble/mean\`, \`ensemble/submission\`, \`infer/knn\`, \`ingest/other\`, \`ingest/tiny\`, \`pretrain/named\`, \`pretrain/plain\`, \`pretrain/tiny\`, \`report/chart\` and 2 more
      found:    \`infer/kmn\`
      nearest:  \`infer/knn\`
      next:     twoshot stages"
  `);
});

test('an unknown param', async () => {
  expect(await workspace.complaint(change('steps: 20', 'stpes: 20'))).toMatchInlineSnapshot(`
    "a.yaml:6:96: \`backbone\` (pretrain/tiny) has no param \`stpes\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { stpes: 20 } }
        |                                                                                                ^^^^^
      expected: one of \`steps\`, \`rate\`, \`net\`, \`sizes\`, \`width\`
      found:    \`stpes\`
      nearest:  \`steps\`
      next:     twoshot stages pretrain/tiny"
  `);
});

test('a value of a wrong type, out of range, or not among the choices', async () => {
  expect(await workspace.complaint(change('steps: 20', 'steps: many'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: many } }
        |                                                                                                       ^^^^
      expected: an integer of at least 1
      found:    \`many\` (string)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'steps: 0'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 0 } }
        |                                                                                                       ^
      expected: an integer of at least 1
      found:    \`0\` (number)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'steps: 1.5, net: conv5'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`steps\` of \`backbone\` (pretrain/tiny) must be an integer of at least 1
      6 | … { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 1.5, net: conv5 } }
        |                                                                                             ^^^
      expected: an integer of at least 1
      found:    \`1.5\` (number)

    a.yaml:6:113: \`net\` of \`backbone\` (pretrain/tiny) must be one of \`conv4\`, \`resnet9\`
      6 | … { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { steps: 1.5, net: conv5 } }
        |                                                                                                       ^^^^^
      expected: one of \`conv4\`, \`resnet9\`
      found:    \`conv5\` (string)
      nearest:  \`conv4\`"
  `);
  expect(await workspace.complaint(change('steps: 20', 'width: wide'))).toMatchInlineSnapshot(`
    "a.yaml:6:103: \`width\` of \`backbone\` (pretrain/tiny) must be an integer or \`null\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { width: wide } }
        |                                                                                                       ^^^^
      expected: an integer or \`null\`
      found:    \`wide\` (string)"
  `);
  expect(await workspace.complaint(change('steps: 20', 'rate: .inf'))).toMatchInlineSnapshot(`
    "a.yaml:6:102: \`rate\` of \`backbone\` (pretrain/tiny) must be a finite number
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { rate: .inf } }
        |                                                                                                      ^^^^
      expected: a finite number
      found:    \`Infinity\` (number)"
  `);
});

test('a number where a text belongs', async () => {
  expect(await workspace.complaint(change('shots: ${shots}', 'path: 2024'))).toMatchInlineSnapshot(`
    "a.yaml:4:45: \`path\` of \`data\` (ingest/tiny) must be a text
      4 |   data: { use: ingest/tiny, params: { path: 2024 } }
        |                                             ^^^^
      expected: a text
      found:    \`2024\` (number)
      next:     put it in quotes: "2024""
  `);
});

test('a wrong value within a list', async () => {
  expect(await workspace.complaint(change('params: { steps: 20 }', 'params: { sizes: [32, 16, 4] }')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:112: \`sizes[2]\` of \`backbone\` (pretrain/tiny) must be an integer of at least 8
        6 | …one: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy }, params: { sizes: [32, 16, 4] } }
          |                                                                                                          ^
        expected: an integer of at least 8
        found:    \`4\` (number)"
    `);
});

test('a wrong value that came from a param of the pipeline', async () => {
  expect(await workspace.complaint(change('{ shots: 2 }', '{ shots: none }'))).toMatchInlineSnapshot(`
    "a.yaml:2:18: \`shots\` of \`data\` (ingest/tiny) must be an integer of at least 1
      2 | params: { shots: none }
        |                  ^^^^
      expected: an integer of at least 1
      found:    \`none\` (string)
      see:      a.yaml:4:46 (put in here)"
  `);
});

test('a param that must be given', async () => {
  expect(await workspace.complaint(change('pretrain/tiny', 'pretrain/named').replace(/, policy: [^}]*/, ' ')))
    .toMatchInlineSnapshot(`
    "a.yaml:6:3: \`backbone\` does not give \`backbone\`, which has no default
      6 |   backbone: { use: pretrain/named, in: { images: data.train }, params: { steps: 20 } }
        |   ^^^^^^^^
      expected: a text
      next:     twoshot stages pretrain/named

    a.yaml:6:74: \`backbone\` (pretrain/named) has no param \`steps\`
      6 |   backbone: { use: pretrain/named, in: { images: data.train }, params: { steps: 20 } }
        |                                                                          ^^^^^
      expected: one of \`backbone\`
      found:    \`steps\`
      next:     twoshot stages pretrain/named"
  `);
});

test('an unknown key of the pipeline and of a stage', async () => {
  expect(await workspace.complaint(change('outputs:', 'output:'))).toMatchInlineSnapshot(`
    "a.yaml:14:1: a pipeline has no key \`output\`
      14 | output: { submission: submission.csv, report: page.html }
         | ^^^^^^
      expected: one of \`pipeline\`, \`extends\`, \`params\`, \`seed\`, \`stages\`, \`outputs\`
      found:    \`output\`
      nearest:  \`outputs\`"
  `);
  expect(await workspace.complaint(change('in: { images: data.train', 'inputs: { images: data.train')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:35: the stage \`backbone\` has no key \`inputs\`
        6 |   backbone: { use: pretrain/tiny, inputs: { images: data.train, policy: policy.policy }, params: { steps: 20 }…
          |                                   ^^^^^^
        expected: one of \`use\`, \`in\`, \`params\`, \`matrix\`
        found:    \`inputs\`
        nearest:  \`in\`"
    `);
});

test('shapes that are wrong', async () => {
  expect(await workspace.complaint('- a\n')).toMatchInlineSnapshot(`
    "a.yaml:1:1: this is no pipeline
      1 | - a
        | ^
      expected: a map with \`stages\`
      found:    \`[a]\` (list)"
  `);
  expect(await workspace.complaint('')).toMatchInlineSnapshot(`
    "a.yaml:1:1: this is no pipeline
      1 | 
        | ^
      expected: a map with \`stages\`
      found:    \`null\` (nothing)"
  `);
  expect(await workspace.complaint('pipeline: 3\nstages: [data]\n')).toMatchInlineSnapshot(`
    "a.yaml:1:11: \`pipeline\` is not a name
      1 | pipeline: 3
        |           ^
      expected: a text
      found:    \`3\` (number)

    a.yaml:2:9: \`stages\` is not a map
      2 | stages: [data]
        |         ^
      expected: a map of stages
      found:    \`[data]\` (list)"
  `);
  expect(await workspace.complaint('stages:\n  data: ingest/tiny\n  policy:\n  other: { params: [1] }\n'))
    .toMatchInlineSnapshot(`
    "a.yaml:2:9: the stage \`data\` is not a map
      2 |   data: ingest/tiny
        |         ^^^^^^^^^^^
      expected: a map with \`use\`
      found:    \`ingest/tiny\` (string)

    a.yaml:3:3: the stage \`policy\` is not a map
      3 |   policy:
        |   ^^^^^^
      expected: a map with \`use\`
      found:    \`null\` (nothing)

    a.yaml:4:3: the stage \`other\` does not say what it uses
      4 |   other: { params: [1] }
        |   ^^^^^
      expected: \`use: family/implementation\`
      next:     twoshot stages"
  `);
  expect(await workspace.complaint('stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }'))
    .toMatchInlineSnapshot(`
    "a.yaml:1:11: \`params\` cannot be the name of a stage
      1 | stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }
        |           ^^^^^^
      expected: a letter, then letters, digits, \`_\` or \`-\`
      found:    \`params\`
      next:     take another name: \`--set params.NAME\` means the params of the pipeline

    a.yaml:1:41: \`2nd\` cannot be the name of a stage
      1 | stages: { params: { use: ingest/tiny }, 2nd: { use: [a] } }
        |                                         ^^^
      expected: a letter, then letters, digits, \`_\` or \`-\`
      found:    \`2nd\`"
  `);
});

test('edges that lead nowhere', async () => {
  expect(await workspace.complaint(change('images: data.train, policy', 'images: data.trian, policy')))
    .toMatchInlineSnapshot(`
    "a.yaml:6:49: \`data\` (ingest/tiny) has no output \`trian\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.trian, policy: policy.policy }, params: { steps: 20 } }
        |                                                 ^^^^^^^^^^
      expected: one of \`data.train\`, \`data.test\`, \`data.labels\`, \`data.answers\`
      found:    \`data.trian\`
      nearest:  \`data.train\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: polcy.policy'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: the pipeline has no stage \`polcy\`
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: polcy.policy }, params: { steps: 20 } }
        |                                                                     ^^^^^^^^^^^^
      expected: one of \`data\`, \`policy\`, \`backbone\`, \`reference\`, \`query\`, \`spread\`, \`vote\`, \`submission\`, \`score\`, \`page\`
      found:    \`polcy.policy\`
      nearest:  \`policy.policy\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: policy'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: \`policy\` is no edge
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: policy }, params: { steps: 20 } }
        |                                                                     ^^^^^^
      expected: \`stage.port\`
      found:    \`policy\` (string)
      nearest:  \`policy.policy\`"
  `);
  expect(await workspace.complaint(change('policy: policy.policy', 'policy: 3'))).toMatchInlineSnapshot(`
    "a.yaml:6:69: this is no edge
      6 |   backbone: { use: pretrain/tiny, in: { images: data.train, policy: 3 }, params: { steps: 20 } }
        |                                                                     ^
      expected: \`stage.port\`
      found:    \`3\` (number)"
  `);
  expect(await workspace.complaint(change('labels: data.labels', 'lables: data.labels'))).toMatchInlineSnapshot(`
    "a.yaml:9:66: \`spread\` (infer/knn) has no input \`lables\`
      9 | … spread: { use: infer/knn, in: { reference: reference.features, lables: data.labels, query: query.features } }
        |                                                                  ^^^^^^
      expected: one of \`reference\`, \`labels\`, \`query\`
      found:    \`lables\`
      nearest:  \`labels\`
      next:     twoshot stages infer/knn"
  `);
});

test('a missing edge', async () => {
  expect(await workspace.complaint(change(', labels: data.labels', ''))).toMatchInlineSnapshot(`
    "a.yaml:9:3: nothing is wired to \`spread.labels\` (infer/knn), which takes labels
      9 |   spread: { use: infer/knn, in: { reference: reference.features, query: query.features } }
        |   ^^^^^^
      expected: one of \`data.labels\`
      next:     add \`in: { labels: data.labels }\` to \`spread\`"
  `);
  expect(await workspace.complaint(change('[spread.predictions]', '[]'))).toMatchInlineSnapshot(`
    "a.yaml:10:3: nothing is wired to \`vote.predictions\` (ensemble/mean), which takes predictions
      10 |   vote: { use: ensemble/mean, in: { predictions: [] } }
         |   ^^^^
      expected: one of \`spread.predictions\`
      next:     add \`in: { predictions: spread.predictions }\` to \`vote\`"
  `);
});

test('a port of the wrong kind', async () => {
  expect(await workspace.complaint(change('reference: reference.features', 'reference: data.train')))
    .toMatchInlineSnapshot(`
    "a.yaml:9:46: \`spread.reference\` takes features, but \`data.train\` gives images
      9 |   spread: { use: infer/knn, in: { reference: data.train, labels: data.labels, query: query.features } }
        |                                              ^^^^^^^^^^
      expected: one of \`reference.features\`, \`query.features\`
      found:    \`data.train\` (images)"
  `);
});

test('a list where one artifact belongs', async () => {
  expect(await workspace.complaint(change('labels: data.labels', 'labels: [data.labels, data.labels]')))
    .toMatchInlineSnapshot(`
    "a.yaml:9:74: \`spread.labels\` takes one artifact, not a list
      9 | … infer/knn, in: { reference: reference.features, labels: [data.labels, data.labels], query: query.features } }
        |                                                           ^
      expected: \`stage.port\`
      found:    a list of 2"
  `);
});

test('a cycle', async () => {
  expect(
    await workspace.complaint(
      change('policy: policy.policy }', 'policy: policy.policy, init: tuned.model }').replace(
        '  reference:',
        '  tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model } }\n  reference:',
      ),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:7:87: stages need each other: \`tuned\` -> \`backbone\` -> \`tuned\`
      7 |   tuned: { use: pretrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model } }
        |                                                                                       ^^^^^^^^^^^^^^
      next:     remove one of these edges"
  `);
  expect(await workspace.complaint(change('policy: policy.policy }', 'policy: policy.policy, init: backbone.model }')))
    .toMatchInlineSnapshot(`
      "a.yaml:6:90: a stage needs itself: \`backbone\` -> \`backbone\`
        6 | …retrain/tiny, in: { images: data.train, policy: policy.policy, init: backbone.model }, params: { steps: 20 } }
          |                                                                       ^^^^^^^^^^^^^^
        next:     remove this edge"
    `);
});

test('a key twice', async () => {
  expect(await workspace.complaint(change('  policy: {', '  data: {'))).toMatchInlineSnapshot(`
    "a.yaml:5:3: the key \`data\` is given twice
      5 |   data: { use: augment/weak }
        |   ^^^^
      see:      a.yaml:4:3 (first given here)
      next:     remove one of the two"
  `);
});

test('two outputs of one file', async () => {
  expect(await workspace.complaint(change('report: page.html', 'Submission: submission.csv'))).toMatchInlineSnapshot(`
    "a.yaml:14:40: two outputs would be the file \`Submission.csv\`: \`submission\` and \`Submission\`
      14 | outputs: { submission: submission.csv, Submission: submission.csv }
         |                                        ^^^^^^^^^^
      see:      a.yaml:14:12 (the other one)
      next:     remove one of the two"
  `);
  expect(await workspace.complaint(change('report: page.html', 'copy: submission.csv'))).toMatchInlineSnapshot(`
    "a.yaml:14:40: two outputs are \`submission.csv\`: \`submission\` and \`copy\`
      14 | outputs: { submission: submission.csv, copy: submission.csv }
         |                                        ^^^^
      see:      a.yaml:14:12 (the other one)
      next:     remove one of the two"
  `);
});

test('hidden labels wired into training or inference', async () => {
  expect(await workspace.complaint(change('labels: data.labels', 'labels: data.answers'))).toMatchInlineSnapshot(`
    "a.yaml:9:74: hidden labels would reach a stage that does not score: \`data.answers\` -> \`spread.labels\` (infer/knn)
      9 | …spread: { use: infer/knn, in: { reference: reference.features, labels: data.answers, query: query.features } }
        |                                                                         ^^^^^^^^^^^^
      expected: one of \`data.labels\`
      found:    \`data.answers\` (answers)
      nearest:  \`data.labels\`"
  `);
});

test('hidden labels that come to a choice through scores', async () => {
  expect(
    await workspace.complaint(
      change(
        '{ use: ensemble/mean, in: { predictions: [spread.predictions] } }',
        '{ use: ensemble/best, in: { predictions: [spread.predictions], metrics: chart.metrics } }',
      )
        .replace(
          'answers: data.answers } }',
          'answers: data.answers } }\n  chart: { use: report/chart, in: { metrics: [score.metrics] } }',
        )
        .replace(
          'score: { use: report/score, in: { predictions: vote.predictions',
          'score: { use: report/score, in: { predictions: spread.predictions',
        ),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:10:81: hidden labels would reach \`vote\` (ensemble/best): \`data.answers\` -> \`score.metrics\` -> \`chart.metrics\` -> \`vote.metrics\`
      10 |   vote: { use: ensemble/best, in: { predictions: [spread.predictions], metrics: chart.metrics } }
         |                                                                                 ^^^^^^^^^^^^^
      expected: what a scoring stage emits goes to \`report\` stages and \`outputs:\` only
      found:    \`chart.metrics\`, which comes from scoring
      next:     remove this edge, or make \`vote\` choose without hidden labels"
  `);
});

test('a param of the pipeline that does not exist, or does not fit into a text', async () => {
  expect(await workspace.complaint(change('${shots}', '${shot}'))).toMatchInlineSnapshot(`
    "a.yaml:4:46: the pipeline has no param \`shot\`
      4 |   data: { use: ingest/tiny, params: { shots: \${shot} } }
        |                                              ^^^^^^^
      expected: one of \`shots\`
      found:    \`shot\`
      nearest:  \`shots\`"
  `);
  expect(
    await workspace.complaint(
      change('shots: 2', 'shots: 2, names: [a, b]').replace('shots: ${shots}', 'path: data/${names}'),
    ),
  ).toMatchInlineSnapshot(`
    "a.yaml:4:50: the param \`names\` cannot be put into a text
      4 |   data: { use: ingest/tiny, params: { path: data/\${names} } }
        |                                                  ^^^^^^^^
      expected: a text, a number, or true or false
      found:    \`[a, b]\` (list)
      see:      a.yaml:2:28 (its value)"
  `);
  expect(await workspace.complaint(change('shots: 2', 'shots: ${a}, a: ${shots}'))).toMatchInlineSnapshot(`
    "a.yaml:2:18: a param needs itself: \`shots\` -> \`a\` -> \`shots\`
      2 | params: { shots: \${a}, a: \${shots} }
        |                  ^^^^"
  `);
});

test('all mistakes are told at once, in the order of the file', async () => {
  const complaint = await workspace.complaint(change('steps: 20', 'stpes: 20').replace('shots: ${shots}', 'shots: 0'));
  expect(complaint.match(/^a\.yaml:\d+/gm)).toEqual(['a.yaml:4', 'a.yaml:6']);
});
