import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestsOf, fillIn, keyOf, type BaseDocument, type Readable, type ReadSet } from './document.js';

const names = ['a', 'b', 'c', 'd'] as const;
const values = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null)),
);
const hex = fc.string({ unit: fc.constantFrom('0', '7', 'a', 'f'), minLength: 4, maxLength: 8 });
const provenance = ['in.from', 'in.holds', 'in.seen'];

const readable: fc.Arbitrary<Readable> = fc.record({
  params: values,
  external: fc.dictionary(fc.constantFrom('path'), hex),
  instanceSeed: hex,
  pipelineSeed: fc.nat(5),
  graph: fc.record({ pipeline: fc.string(), stages: fc.constant([]) }),
  inputs: fc.record({
    in: fc.record({
      digest: fc.constant('1234'),
      from: fc.constantFrom('x.out', 'y.out'),
      holds: fc.subarray(['test', 'train']),
      seen: fc.subarray(['test', 'train']),
    }),
  }),
});

const readSet: fc.Arbitrary<ReadSet> = fc.record({
  params: fc.subarray([...names, 'path']),
  seed: fc.boolean(),
  pipelineSeed: fc.boolean(),
  graph: fc.boolean(),
  provenance: fc.subarray(provenance),
});

const baseOf = (now: Readable): BaseDocument => ({
  format: { key: 1, bundler: 'x' },
  stage: 'a/b',
  code: 'cafe',
  inputs: digestsOf(now.inputs),
  env: {},
  engine: null,
});

const keyFor = (now: Readable, reads: ReadSet): string => keyOf(fillIn(baseOf(now), reads, now));

/** Everything of `now` that a read set looks at. */
function looked(now: Readable, reads: ReadSet): unknown {
  const input = now.inputs['in'] as unknown as Record<string, unknown>;
  return [
    reads.params.map((name) => [name, now.external[name], name in now.params, now.params[name]]),
    reads.seed && now.instanceSeed,
    reads.pipelineSeed && now.pipelineSeed,
    reads.graph && now.graph,
    reads.provenance.map((fact) => input[fact.slice(3)]),
  ];
}

test('a key depends on all that was read and on nothing else', () => {
  fc.assert(
    fc.property(readable, readable, readSet, (one, other, reads) => {
      const same = JSON.stringify(looked(one, reads)) === JSON.stringify(looked(other, reads));
      expect(keyFor(one, reads) === keyFor(other, reads)).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test('a param that is not there counts as read, and is told from null', () => {
  const now: Readable = {
    params: { a: null },
    external: {},
    instanceSeed: '',
    pipelineSeed: 0,
    graph: { pipeline: '', stages: [] },
    inputs: {},
  };
  const reads: ReadSet = { params: ['a'], seed: false, pipelineSeed: false, graph: false, provenance: [] };
  expect(keyFor(now, reads)).not.toBe(keyFor({ ...now, params: {} }, reads));
  expect(fillIn(baseOf(now), reads, { ...now, params: {} }).absent).toEqual(['a']);
});

test('the path of an external param is never part of the document', () => {
  const now: Readable = {
    params: { path: '/home/somebody/images' },
    external: { path: 'beef' },
    instanceSeed: '',
    pipelineSeed: 0,
    graph: { pipeline: '', stages: [] },
    inputs: {},
  };
  const document = fillIn(
    baseOf(now),
    { params: ['path'], seed: false, pipelineSeed: false, graph: false, provenance: [] },
    now,
  );
  expect(JSON.stringify(document)).not.toContain('somebody');
  expect(document.external).toEqual({ path: 'beef' });
});
