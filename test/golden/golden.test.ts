import { startEngine } from '@twoshot/engine';
import { engineUnderTest } from '@twoshot/engine/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFamilies } from './case-files.js';
import { opTables } from './ops/index.js';
import { runCase } from './run-case.js';

const families = await readFamilies(new URL('cases', import.meta.url).pathname);
const engines = [...new Set([engineUnderTest(), 'wasm'] as const)];
const all = families.flatMap(({ family, cases }) =>
  cases.map((golden) => ({ family, golden, id: golden.id, op: opTables[family]?.[golden.op] })),
);

describe.each(engines)('golden numbers on %s', (engine) => {
  beforeAll(() => startEngine(engine));
  // Plain code needs no second engine.
  const own = all.filter(({ op }) => op !== undefined && (op.tensor || engine === engines[0]));
  test.each(own)('$family: $id', async ({ golden, op }) => {
    const { problems } = await runCase(op!, golden);
    expect(problems.join('\n')).toBe('');
  });
});

test('only the methods to come have cases that nothing computes', () => {
  const uncomputed = new Set(all.filter(({ op }) => op === undefined).map(({ family }) => family));
  expect([...uncomputed].filter((family) => family !== 'methods')).toEqual([]);
});

test('every op that has a function has a case', () => {
  const withCase = new Set(families.flatMap(({ family, cases }) => cases.map(({ op }) => `${family} ${op}`)));
  const ops = Object.entries(opTables).flatMap(([family, table]) => Object.keys(table).map((op) => `${family} ${op}`));
  expect(ops.length).toBeGreaterThan(0);
  expect(ops.filter((op) => !withCase.has(op))).toEqual([]);
});

test('ops reach the packages by their doors, never by the path of a file', () => {
  const folder = new URL('ops/', import.meta.url);
  const origins = readdirSync(folder).flatMap((file) => {
    const imports = readFileSync(new URL(file, folder), 'utf8').matchAll(/ from '([^']+)'/g);
    return Array.from(imports, ([, origin = '']) => ({ file, origin }));
  });
  expect(origins.filter(({ origin }) => origin.startsWith('@twoshot/')).length).toBeGreaterThan(0);
  expect(origins.filter(({ origin }) => origin.includes('packages/'))).toEqual([]);
});
