import { expect, test } from 'vitest';
import { fillIn, type BaseDocument, type Readable, type ReadSet } from '../key/document.js';
import type { CodeRecord } from '../bundle/code-record.js';
import { describeCauses } from './cause.js';
import type { Present } from '../key/stage-present.js';
import { differences, nearestResult, type KeyedResult } from './difference.js';

const reads: ReadSet = { params: ['steps'], seed: true, pipelineSeed: false, graph: false, provenance: ['in.holds'] };

const code: CodeRecord = { hash: 'c0', modules: { 'a.js': '1', 'b.js': '1' }, packages: { arrow: '1.0.0' } };

interface Changes {
  readonly base?: Partial<BaseDocument>;
  readonly readable?: Partial<Readable>;
  readonly code?: Partial<CodeRecord>;
}

function present({ base = {}, readable = {}, code: otherCode = {} }: Changes = {}): Present {
  const inputs = readable.inputs ?? { in: { digest: 'd1', from: 'space.out', holds: ['test'], seen: [] } };
  return {
    base: {
      format: { key: 1, bundler: 'rolldown 1' },
      stage: 'infer/knn',
      code: 'c0',
      inputs: { in: { digest: 'd1' } },
      env: { HOME: '/root' },
      engine: { backend: 'native', threads: 2 },
      ...base,
    },
    readable: {
      params: { steps: 10, unread: 1 },
      external: {},
      instanceSeed: 'f00d',
      pipelineSeed: 0,
      graph: { pipeline: 'p', stages: [] },
      ...readable,
      inputs,
    },
    code: () => ({ ...code, ...otherCode }),
  };
}

const earlier = (state: Present): KeyedResult => ({
  document: fillIn(state.base, reads, state.readable),
  reads,
  code: state.code(),
});

const why = (now: Changes): string =>
  describeCauses(
    differences(earlier(present()), present(now), (from) => (from === 'space' ? [{ type: 'code', modules: [] }] : [])),
  );

test.each<[string, Changes, string]>([
  ['nothing', {}, ''],
  ['a param that was not read', { readable: { params: { steps: 10, unread: 2 } } }, ''],
  ['a param', { readable: { params: { steps: 20, unread: 1 } } }, 'param steps 10 -> 20'],
  ['a module', { base: { code: 'c1' }, code: { modules: { 'a.js': '2', 'b.js': '1' } } }, 'code changed (a.js)'],
  [
    'a package',
    { base: { code: 'c1' }, code: { packages: { arrow: '1.1.0', sharp: '3.0.0' } } },
    'package arrow 1.0.0 -> 1.1.0; package sharp not used -> 3.0.0',
  ],
  ['the order of modules', { base: { code: 'c1' } }, 'code changed'],
  ['the stage', { base: { stage: 'infer/svm', code: 'c1' } }, 'stage infer/knn -> infer/svm'],
  ['the environment', { base: { env: { HOME: '/home/x' } } }, 'environment HOME /root -> /home/x'],
  ['the engine', { base: { engine: { backend: 'wasm', threads: 2 } } }, 'engine backend native -> wasm'],
  ['the seed', { readable: { instanceSeed: 'beef' } }, 'seed changed'],
  ['the bundler', { base: { format: { key: 1, bundler: 'rolldown 2' } } }, 'format 1 (rolldown 1) -> 1 (rolldown 2)'],
  [
    'an input',
    { readable: { inputs: { in: { digest: 'd2', from: 'space.out', holds: ['test'], seen: [] } } } },
    'input in changed (space: code changed)',
  ],
  [
    'an input of a stage at a point with a fraction',
    { readable: { inputs: { in: { digest: 'd2', from: 'space@power=0.5.out', holds: ['test'], seen: [] } } } },
    'input in changed (space@power=0.5)',
  ],
  [
    'what an input holds',
    { readable: { inputs: { in: { digest: 'd1', from: 'space.out', holds: ['test', 'train'], seen: [] } } } },
    'input in rows of test -> rows of test+train',
  ],
  [
    'another stage before it, of the same digest',
    { readable: { inputs: { in: { digest: 'd1', from: 'other.out', holds: ['test'], seen: [] } } } },
    '',
  ],
  ['an input that is not wired any more', { readable: { inputs: { in: null } } }, 'input in 1 artifact -> not wired'],
])('%s', (_, now, expected) => {
  expect(why(now)).toBe(expected);
});

test('inputs whose change began in the same place are named together', () => {
  const root = { stage: 'data', cause: { type: 'param', name: 'draw', from: 1, to: 7 } } as const;
  const inputs = ['labels', 'truth'].map((port) => ({ type: 'input', port, from: 'data', roots: [root] }) as const);
  expect(describeCauses([...inputs, { type: 'seed' }])).toBe(
    'inputs labels, truth changed (data: param draw 1 -> 7); seed changed',
  );
});

test('the nearest earlier result is compared, and of two as near the later one', () => {
  const near = present({ readable: { params: { steps: 30, unread: 1 } } });
  const far = present({ readable: { params: { steps: 99, unread: 1 }, instanceSeed: 'beef' } });
  const results = [earlier(far), earlier(near), earlier(present())];
  const found = nearestResult(results, present({ readable: { params: { steps: 40 } } }), () => []);
  expect(found?.result).toBe(results[1]);
  expect(describeCauses(found!.causes)).toBe('param steps 30 -> 40');
});
