import { applyDefaults, StageInputError } from '@twoshot/stage';
import { networkNames } from '@twoshot/nn';
import { expect, test } from 'vitest';
import { architectureOf, networkParams } from './index.js';

const params = networkParams('resnet18');
type Values = Parameters<typeof architectureOf>[0];
const given = (values: object): Values => applyDefaults({ params }, { ...values }) as Values;

test('a network is the published one, unless its stem, width or depths are given', async () => {
  expect(await architectureOf(given({}), 3)).toEqual({
    name: 'resnet',
    channels: 3,
    stem: 'conv',
    block: 'basic',
    depths: [2, 2, 2, 2],
    width: 64,
  });
  expect(await architectureOf(given({ network: 'wrn-28-2', stem: 'imagenet', width: 64, depths: [1, 2] }), 1)).toEqual({
    name: 'wide-resnet',
    channels: 1,
    stem: 'imagenet',
    depths: [1, 2],
    width: 64,
  });
  expect(await architectureOf(given({ network: 'conv-residual' }), 3)).toMatchObject({ stem: 'whitened' });
});

/** Names of the params that are read for a network. */
async function reads(network: string): Promise<string[]> {
  const names: string[] = [];
  const tracked = new Proxy(given({ network }), {
    get(values, name: keyof Values) {
      names.push(name);
      return values[name];
    },
  });
  await architectureOf(tracked, 3);
  return names.sort();
}

test('only params of the selected network are read, since keys hold all params read', async () => {
  expect(await reads('conv4')).toEqual(['network', 'width']);
  expect(await reads('resnet18')).toEqual(['depths', 'network', 'stem', 'width']);
  expect(await reads('conv-residual')).toEqual(['network', 'stem', 'stemWidth', 'widths']);
});

test.each([
  [{ stem: 'whitened' }, 'resnet18: stem must be one of conv, imagenet, got whitened'],
  [{ network: 'conv-residual', stem: 'imagenet' }, 'conv-residual: stem must be one of whitened, conv, got imagenet'],
  [{ depths: [] }, 'resnet18: depths must be the number of blocks of each of at least one stage, got []'],
  [{ depths: [1.5] }, 'of at least one stage, got [1.5]'],
])('%o is refused in words', async (values, message) => {
  const refused = architectureOf(given(values), 3);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(StageInputError);
});

test('every network can be selected', () => {
  expect([...(params.network.schema['enum'] as string[])].sort()).toEqual([...networkNames].sort());
});
