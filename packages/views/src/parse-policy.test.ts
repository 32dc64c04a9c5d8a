import type { Json } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { everyOperation, policyOf } from './images.fixture.js';
import { parsePolicy } from './index.js';

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));

test('a policy survives JSON', () => {
  const policy = policyOf(everyOperation, { border: 'reflect', normalise: { mean: [0.5], std: [0.2] } });
  expect(parsePolicy(json(policy))).toEqual(policy);
});

test.each<[string, unknown]>([
  ['policy: expected a mapping, found 3', 3],
  ['policy.size: expected a side of at least 1 pixel, found 0', policyOf([], { size: 0 })],
  ['policy.border: expected `edge`, `reflect` or a value in 0..1, found "wrap"', { ...policyOf([]), border: 'wrap' }],
  ['policy.normalise.std: expected a list of numbers, found nothing', { ...policyOf([]), normalise: { mean: [1] } }],
  ['policy.operations[0].op: expected one of', { ...policyOf([]), operations: [{ op: 'zoom' }] }],
  [
    'policy.operations[0].area: expected a value of another type, found [1,0]',
    { ...policyOf([]), operations: [{ op: 'resized-crop', area: [1, 0], ratio: [1, 1] }] },
  ],
  ['policy.operations[0].side: expected only', { ...policyOf([]), operations: [{ op: 'greyscale', side: 3 }] }],
  [
    'policy.operations[0].choices[1].factor',
    {
      ...policyOf([]),
      operations: [{ op: 'random-choice', count: 1, choices: [{ op: 'identity' }, { op: 'contrast' }] }],
    },
  ],
])('a mistake is named with its place: %s', (message, value) => {
  expect(() => parsePolicy(json(value))).toThrow(message);
});
