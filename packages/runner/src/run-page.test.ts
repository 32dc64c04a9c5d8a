// @module-tag slow
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEvents, RunRecord, runJson } from '@twoshot/events';
import { closingText, runPage } from '@twoshot/reporters';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunnableWorkspace } from './runnable-workspace.fixture.js';

let workspace: RunnableWorkspace;
beforeEach(async () => {
  workspace = await RunnableWorkspace.create();
});
afterEach(() => workspace.remove());

const page = ({ directory }: { directory: string | null }): Promise<string> =>
  readFile(join(directory!, 'run.html'), 'utf8');

test('the page shows the graph, states, causes, metrics and logs, and needs nothing else', async () => {
  const pipeline = `stages:
  one: { use: make/number, params: { value: 50 } }
  score: { use: report/score, in: { in: one.out } }
  broken: { use: bad/throws, in: { in: one.out } }
  after: { use: math/double, in: { in: broken.out } }
`;
  await workspace.run(pipeline);
  const html = await page(await workspace.run(pipeline));
  expect(html).toContain('<td class="cached">cached</td>');
  expect(html).toContain('<td class="failed">failed</td>');
  expect(html).toContain('<td class="skipped">skipped</td>');
  expect(html).toContain('<g class="stage failed"><title>broken: first run</title>');
  expect(html).toContain('0.5000');
  expect(html).toContain('10 of test, 20 labelled, inductive, split 1, draw 1, seed 0, n=1');
  // The log of a cached stage is that of the run that made it.
  expect(html).toContain('value 50');
  expect(html).toContain('it broke');
  expect(html).not.toMatch(/(src|href)=|@import|url\(/);
});

test('text that looks like markup stays text', async () => {
  const html = await page(await workspace.run('pipeline: "<b>x</b>"\nstages: { one: { use: make/number } }\n'));
  expect(html).toContain('&lt;b&gt;x&lt;/b&gt;');
  expect(html).not.toContain('<b>x</b>');
});

test('page, closing text and summary are made from the events that were kept', async () => {
  const result = await workspace.run(`stages:
  one: { use: make/number, params: { value: 50 } }
  score: { use: report/score, in: { in: one.out } }
  broken: { use: bad/throws, in: { in: one.out } }
outputs: { number: one.out }
`);
  const events = readEvents(await readFile(join(result.directory!, 'events.ndjson'), 'utf8'));
  if (!events.ok) throw new Error(events.failures[0]?.message);
  const record = RunRecord.of(events.value);
  expect(await runPage(record)).toBe(await page(result));
  expect(closingText(record.result())).toBe(closingText(result));
  const summary: unknown = JSON.parse(await readFile(join(result.directory!, 'run.json'), 'utf8'));
  expect(JSON.parse(JSON.stringify(runJson(record.result())))).toEqual(summary);
});
