import { sha256 } from '@twoshot/artifact/canonical-json';
import { fillIn, keyOf, type BaseDocument, type Readable, type ReadSet } from '@twoshot/keys';
import type { Manifest } from './manifest.js';

export const manifestBase = (code: string = 'c0'): BaseDocument => ({
  format: { key: 1, bundler: 'x' },
  stage: 'a/b',
  code,
  inputs: { in: { digest: sha256('d0') }, none: null, many: [{ digest: sha256('d1') }, { digest: sha256('d2') }] },
  env: { HOME: null, LANG: 'C' },
  engine: null,
});

export const manifestNow: Readable = {
  params: { mode: 'fast' },
  external: {},
  instanceSeed: 'f00d',
  pipelineSeed: 0,
  graph: { pipeline: '', stages: [] },
  inputs: {
    in: { digest: sha256('d0'), from: 'a.out', holds: ['train'], seen: ['train'], outside: ['weights'] },
    none: null,
    many: [{ digest: sha256('d1') }, { digest: sha256('d2'), from: 'b.out', holds: [], seen: ['test'], outside: [] }],
  },
};

export const manifestReads: ReadSet = {
  params: ['mode'],
  seed: false,
  pipelineSeed: false,
  graph: true,
  provenance: ['in.from', 'in.holds', 'in.seen', 'in.outside', 'many.seen', 'many.outside'],
};

/** The result of a stage with one output, a policy of this digest. */
export function manifestOf(digest: string, code: string = 'c0'): Manifest {
  const document = fillIn(manifestBase(code), manifestReads, manifestNow);
  return {
    format: 1,
    key: keyOf(document),
    document,
    reads: manifestReads,
    stage: 'x',
    run: 'r',
    finished: 0,
    seconds: 1,
    bytes: 1,
    peakMemory: 1,
    outputs: { out: { kind: 'policy', digest, holds: [], seen: [], outside: ['a net'] } },
    metrics: {},
    code: { hash: code, modules: {}, packages: {} },
    causes: [{ type: 'input', port: 'in', from: 'a', roots: [{ stage: 'b', cause: { type: 'seed' } }] }],
    warnings: [{ seconds: 1, line: 'a warning' }],
  };
}
