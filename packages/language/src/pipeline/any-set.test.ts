// @module-tag slow
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverCatalogue } from '../catalogue/discover.js';
import { loadPipeline } from './load.js';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
  await workspace.write('a.yaml', full);
});
afterAll(() => workspace.remove());

const words = [
  'data',
  'backbone',
  'spread',
  'params',
  'path',
  'shots',
  'steps',
  'sizes',
  'use',
  'in',
  'matrix',
  'seed',
];
const marks = ['.', '=', '[', ']', '{', '}', ',', ':', '"', "'", '&a', '*a', '!!binary', '!', '|', '>', '%', '#', '~'];
const values = ['${shots}', '${', '1e999', '-0', '.nan', '0x1F', '1_000', 'null', '__proto__', 'constructor', '\u0000'];
const blanks = [' ', '\t', '\n', '\r', '\u0085', '\u2028', '\uFEFF', '\uD800', '\uDC00', '\u001b[2J', '\u202e', 'é'];
const parts = fc.array(fc.constantFrom(...words, ...marks, ...values, ...blanks), { maxLength: 12 });
const value = fc.oneof(
  parts.map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.json({ maxDepth: 4 }),
  fc.nat(70_000).map((length) => '['.repeat(length)),
);
const key = fc.constantFrom(
  'data.path=',
  'data.shots=',
  'backbone.steps=',
  'backbone.sizes=',
  'params.shots=',
  'spread.',
);
const setting = fc.oneof(
  fc.tuple(key, value).map((both) => both.join('')),
  value,
);

test('whatever stands after --set, it is a value or refused in words', async () => {
  const found = await discoverCatalogue(workspace.root);
  if (!found.ok) throw new Error(workspace.show(found.failures));
  let valid = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(setting, { minLength: 1, maxLength: 3 }), async (set) => {
      const options = { workspace: workspace.root, set, catalogue: found.value, cwd: '/where/one/stands' };
      const result = await loadPipeline(workspace.path('a.yaml'), options);
      if (result.ok) valid++;
      for (const { message, code } of result.ok ? [] : result.failures) {
        expect(code).toMatch(/^[a-z0-9-]+$/);
        expect(message).toMatch(/\w{3}/);
      }
      if (!result.ok) expect(workspace.show(result.failures)).not.toMatch(/\n\s+at /);
    }),
    { numRuns: 2000 },
  );
  expect(valid).toBeGreaterThan(20);
}, 60_000);
