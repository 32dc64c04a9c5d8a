import { afterAll, beforeAll, expect, test } from 'vitest';
import { dagMermaid, dagText } from './dag.js';
import { Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const small = `pipeline: small
stages:
  data: { use: ingest/tiny }
  backbone: { use: pretrain/plain, in: { images: data.train }, matrix: { seed: [1, 2] } }
  space: { use: embed/extract, in: { model: backbone@seed=1.model, images: [data.train, data.test] } }
outputs: { model: backbone.model }
`;

test('as text', async () => {
  const graph = await workspace.graph(small);
  expect(dagText(graph, workspace.root)).toBe(`small (a.yaml)
  data             ingest/tiny
  backbone@seed=1  pretrain/plain  images <- data.train
  backbone@seed=2  pretrain/plain  images <- data.train
  space            embed/extract   model <- backbone@seed=1.model; images <- data.train, data.test
outputs
  model@seed=1.model  <- backbone@seed=1.model
  model@seed=2.model  <- backbone@seed=2.model`);
});

test('as a Mermaid flowchart', async () => {
  const graph = await workspace.graph(small);
  expect(dagMermaid(graph)).toBe(`flowchart LR
  s0["data<br/>ingest/tiny"]
  s1["backbone@seed=1<br/>pretrain/plain"]
  s2["backbone@seed=2<br/>pretrain/plain"]
  s3["space<br/>embed/extract"]
  s0 -->|"train → images"| s1
  s0 -->|"train → images"| s2
  s1 -->|"model"| s3
  s0 -->|"train → images"| s3
  s0 -->|"test → images"| s3
  o0(["model@seed=1.model"])
  s1 --> o0
  o1(["model@seed=2.model"])
  s2 --> o1`);
});
