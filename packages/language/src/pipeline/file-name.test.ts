import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const stage = (name: string): string => `stages:\n  ${name}: { use: ingest/tiny }\n`;

test('a name that is too long for a file is refused where it stands', async () => {
  const long = 'x'.repeat(300);
  const text = await workspace.complaint(stage(long));
  expect(text).toMatch(/^a\.yaml:2:3: `x+` is not a valid stage name\n/);
  expect(text).toContain('^^^');
  expect(text).toContain('  expected: at most 100 characters\n  found:    300 characters');
  expect(await workspace.complaint(`pipeline: ${long}\n${stage('data')}`)).toMatch(
    /^a\.yaml:1:11: the pipeline cannot have this name\n/,
  );
});

test.each(['nul', 'COM1', 'aux'])('%s is a device on Windows', async (name) => {
  expect(await workspace.complaint(stage(name))).toContain('a name that is no device on Windows');
});

test('half a character is no name', async () => {
  expect(await workspace.complaint(`pipeline: "a\\uD800"\n${stage('data')}`)).toContain('a lone surrogate');
});

test('values of axes that are too long together are refused where they stand', async () => {
  const axis = full.replace('params: { shots: ${shots} }', `matrix: { path: [${'d/'.repeat(60)}, e] }`);
  const text = await workspace.complaint(axis);
  expect(text).toMatch(/^a\.yaml:\d+:\d+: the names of the pipeline, of `data` and of the values of its axes/);
  expect(text).toContain('take shorter values');
});

test('what is valid can be the name of a file, whatever the names are', async () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('a', '\uD800', '/', '.', '\u0000', 'é'), maxLength: 130 }),
  );
  await fc.assert(
    fc.asyncProperty(name, name, async (pipeline, value) => {
      const text = `pipeline: ${JSON.stringify(pipeline)}\n${full
        .replace('pipeline: full\n', '')
        .replace(
          'params: { shots: ${shots} }',
          `matrix: { path: [${JSON.stringify(`x${value.replaceAll('$', '')}`)}] }`,
        )}`;
      const loaded = await workspace.load(text);
      if (!loaded.ok) return;
      for (const { id } of loaded.value.stages)
        expect(Buffer.byteLength(encodeURIComponent(`${loaded.value.name}.${id}`))).toBeLessThan(226);
    }),
    { numRuns: 100 },
  );
});
