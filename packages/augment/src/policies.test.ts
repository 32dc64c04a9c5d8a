import { readPolicy } from '@twoshot/artifact';
import type { ParamValues } from '@twoshot/stage';
import { runStage } from '@twoshot/stage/testing';
import { parsePolicy, type OperationName, type Policy } from '@twoshot/views';
import { expect, test } from 'vitest';
import contrastive from './contrastive.js';
import strong from './strong.js';
import weak from './weak.js';

const namesOf = (policy: Policy): OperationName[] => policy.operations.map(({ op }) => op);

async function contrastivePolicy(params: Partial<ParamValues<typeof contrastive.params>> = {}): Promise<Policy> {
  return parsePolicy(await readPolicy((await runStage(contrastive, { params })).outputs.policy));
}

test('photographs are cropped, mirrored and coloured by default', async () => {
  const policy = await contrastivePolicy();
  expect(namesOf(policy)).toEqual(['resized-crop', 'horizontal-flip', 'colour-matrix', 'greyscale']);
  expect(policy).toMatchObject({ name: 'contrastive', size: 16, mirror: true });
  expect(policy.normalise?.mean).toEqual([0.4914, 0.4822, 0.4465]);
});

test('digits are never mirrored, turned by quarters or coloured, whatever the strengths', async () => {
  const policy = await contrastivePolicy({ kind: 'digits', colour: 2, grey: 1, blur: 1, solarize: 1, rotation: 25 });
  expect(namesOf(policy)).toEqual(['stroke', 'affine', 'elastic', 'erase']);
  expect(policy).toMatchObject({ size: 20, mirror: false, border: 0 });
  expect(policy.operations[1]).toMatchObject({ degrees: [-25, 25], scale: [0.8, 1.2] });
});

test('a strength of 0 takes its operation out', async () => {
  expect(namesOf(await contrastivePolicy({ colour: 0, grey: 0, mirror: false, area: [1, 1] }))).toEqual([]);
  const still = {
    kind: 'digits',
    stroke: 0,
    rotation: 0,
    scale: [1, 1],
    shear: 0,
    translate: 0,
    elastic: 0,
    erase: 0,
  } as const;
  expect(namesOf(await contrastivePolicy(still))).toEqual([]);
});

test('exact colour, blur and solarisation come in where asked for', async () => {
  const policy = await contrastivePolicy({ exactColour: true, blur: 0.5, solarize: 0.2, erase: 0.1 });
  expect(namesOf(policy)).toContain('colour-jitter');
  expect(namesOf(policy).slice(-3)).toEqual(['blur', 'solarize', 'erase']);
});

test('params that a kind does not use are not read, so that they do not change its key', async () => {
  const digits = await runStage(contrastive, { params: { kind: 'digits' } });
  expect(digits.reads.params).not.toContain('colour');
  const photo = await runStage(contrastive, {});
  expect(photo.reads.params).not.toContain('stroke');
  expect(photo.reads.seed).toBe(false);
});

test('a descending range and means without deviations are refused', async () => {
  await expect(runStage(contrastive, { params: { area: [1, 0.2] } })).rejects.toThrow(
    'param area: expected [minimum, maximum], found [1, 0.2]',
  );
  await expect(runStage(weak, { params: { mean: [0.5] } })).rejects.toThrow('found 1 means and no deviations');
});

test('weak views are mirrored and shifted, those of digits only shifted', async () => {
  const photo = parsePolicy(await readPolicy((await runStage(weak, {})).outputs.policy));
  expect(namesOf(photo)).toEqual(['horizontal-flip', 'pad-crop']);
  expect(photo).toMatchObject({ name: 'weak', size: 32, mirror: true, border: 'reflect' });
  const digits = parsePolicy(await readPolicy((await runStage(weak, { params: { kind: 'digits' } })).outputs.policy));
  expect(namesOf(digits)).toEqual(['pad-crop']);
});

test('strong views draw from the list of RandAugment, and digits from one without colour', async () => {
  const photo = parsePolicy(await readPolicy((await runStage(strong, {})).outputs.policy));
  expect(namesOf(photo)).toEqual(['horizontal-flip', 'pad-crop', 'random-choice', 'cutout']);
  expect(photo.operations[2]).toMatchObject({ count: 3 });
  const digits = parsePolicy(await readPolicy((await runStage(strong, { params: { kind: 'digits' } })).outputs.policy));
  expect(JSON.stringify(digits)).not.toMatch(/flip|posterize|solarize|equalize|saturation/);
  expect(digits.mirror).toBe(false);
});
