// @module-tag slow
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverCatalogue } from '../catalogue/discover.js';
import { findPipeline } from './find-pipeline.js';
import { loadPipeline } from './load.js';
import { full, Workspace } from './workspace.fixture.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

const many = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('');

/** Params that hold the one before twice. */
const doubled = (first: string, twice: (name: string) => string): string =>
  `params:\n  p0: ${first}\n${many(40, (at) => `  p${at + 1}: ${twice(`p${at}`)}\n`)}stages: { data: { use: ingest/tiny } }\n`;

/** Points of a stage with four axes. */
const cube = (sides: readonly number[]): string =>
  `stages:
  data: { use: ingest/tiny, matrix: { ${['shots', 'draw', 'path', 'seed']
    .map((axis, at) => `${axis}: [${Array.from({ length: sides[at]! }, (_, one) => one + 1).join(', ')}]`)
    .join(', ')} } }
outputs: { labels: data.labels }
`.replaceAll(/path: \[[^\]]*\]/g, (axis) => axis.replaceAll(/\d+/g, (one) => `"${one}"`));

const links = (count: number): string =>
  `stages:
  data: { use: ingest/tiny, matrix: { draw: [${Array.from({ length: count }, (_, at) => at + 1).join(', ')}] } }
  backbone: { use: pretrain/named, in: { images: data@draw=1.train }, matrix: { backbone: [${many(count, (at) => `"b${at}",`)}] } }
  reference: { use: embed/extract, in: { model: backbone.model, images: [data.train] } }
`;

test.each([
  [
    'a file of 70 kB',
    `#${'x'.repeat(70_000)}`,
    'expected: a file of at most 64000 bytes\n  found:    a file of 70001 bytes',
  ],
  ['lists in lists', `a: ${'['.repeat(20_000)}`, 'more than 32 deep'],
  ['a long key', `? ${'k'.repeat(30_000)}\n: 1`, 'a name has 30000 characters'],
  [
    'lists that hold each other',
    doubled('x', (name) => `["\${${name}}", "\${${name}}"]`),
    'puts more than 100000 values',
  ],
  [
    'texts that hold each other',
    doubled('xxxx', (name) => `"\${${name}}\${${name}}"`),
    'puts more than 1000000 characters',
  ],
  ['a matrix of 3 x 10^8 points that an output names', cube([130, 130, 130, 137]), 'makes more than 10000 stages'],
  ['10^8 edges', links(3_000), 'edges up to `reference`'],
  ['1001 stages', `stages:\n${many(1001, (at) => ` s${at}: {use: a/b}\n`)}`, 'the pipeline has 1001 stages'],
])('%s: the limit is told', async (_, text, message) => {
  expect(await workspace.complaint(text)).toContain(message);
});

test.each([
  ['unknown stages', `stages:\n  a: { use: ensemble/mean, in: { predictions: [${many(5000, (at) => `s${at}.p,`)}] } }`],
  [
    'unknown params of the pipeline',
    `stages:\n  a: { use: ingest/tiny, params: { path: "${many(5000, (at) => `\${n${at}}`)}" } }`,
  ],
  ['unknown keys', `stages:\n  a: { use: ingest/tiny, ${many(5000, (at) => `k${at}: 1,`)} }`],
  ['a key again and again', `stages: { ${'a: 1, '.repeat(9000)} }`],
])('of %s the first hundred are told', async (_, text) => {
  const result = await workspace.load(text);
  expect(result.ok ? 0 : result.failures.length).toBeGreaterThan(1);
  expect(result.ok ? 0 : result.failures.length).toBeLessThanOrEqual(100);
});

test('names that every object has are names as others', async () => {
  for (const name of ['__proto__', 'constructor', 'toString'])
    expect(await workspace.complaint(`stages:\n  data: { use: ingest/tiny, params: { ${name}: 1 } }\n`)).toContain(
      `\`data\` (ingest/tiny) has no param \`${name}\``,
    );
});

test('half a character and the character U+0000 are no text', async () => {
  for (const value of ['"\\uD800"', '"a\\0b"'])
    expect(await workspace.complaint(`stages:\n  data: { use: ingest/tiny, params: { path: ${value} } }\n`)).toContain(
      'a text holds half a character (a lone surrogate), or the character U+0000',
    );
});

test.skipIf(process.platform === 'win32')('a pipe, a device and a folder are refused with what they are', async () => {
  execFileSync('mkfifo', [workspace.path('pipe')]);
  for (const [base, found] of [
    ['pipe', 'a named pipe'],
    ['/dev/zero', 'a device'],
    ['packages', 'a folder'],
  ] as const)
    expect(await workspace.complaint(`extends: ${base}\n`)).toContain(`found:    ${found}`);
  // A name on the command line leads to whoever says so.
  expect(await findPipeline('pipe', workspace.root, workspace.root)).toEqual({
    ok: true,
    value: workspace.path('pipe'),
  });
});

const words = ['stages', 'use', 'in', 'params', 'matrix', 'outputs', 'extends', 'seed', 'pipeline', '<<', '__proto__'];
const signs = [
  '${',
  '}',
  '{',
  '[',
  ']',
  ':',
  ' ',
  '\n',
  '- ',
  '&a ',
  '*a',
  '@',
  ',',
  '"',
  '!',
  '|',
  '\t',
  '\u0000',
  '\uFFFD',
  '%',
];
const values = [
  'data.train',
  'ingest/tiny',
  '1e999',
  '-1',
  '.nan',
  'null',
  '[1, 2]',
  '${shots}',
  'x'.repeat(500),
  '{ a: 1 }',
];
const piece = fc.oneof(fc.constantFrom(...words, ...signs, ...values), fc.string({ maxLength: 6, unit: 'binary' }));
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(30),
    put: fc.array(piece, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);
/** Files that are read at the same time. */
const lanes = 25;

function edited(changes: typeof edits extends fc.Arbitrary<infer T> ? T : never): string {
  let text = full;
  for (const { at, cut, put } of changes) {
    const start = Math.floor(at * text.length);
    text = text.slice(0, start) + put.join('') + text.slice(start + cut);
  }
  return text;
}

test('5000 pipelines with something wrong in them are valid, or refused with a place', async () => {
  // What was read is not kept, which takes longer than to read it.
  await rm(workspace.path('node_modules'), { recursive: true, force: true });
  await workspace.write('node_modules/.cache/twoshot/yaml', '');
  const found = await discoverCatalogue(workspace.root);
  const catalogue = found.ok ? found.value : new Map();
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.array(edits, { minLength: lanes, maxLength: lanes }), async (all) => {
      const results = await Promise.all(
        all.map(async (one, lane) => {
          await workspace.write(`lane-${lane}.yaml`, edited(one));
          return loadPipeline(workspace.path(`lane-${lane}.yaml`), { workspace: workspace.root, set: [], catalogue });
        }),
      );
      for (const result of results) if (!result.ok) expect(workspace.show(result.failures)).toMatch(/\S/);
    }),
    { numRuns: 5000 / lanes },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
}, 120_000);
