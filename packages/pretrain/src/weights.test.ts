import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamedTensor, readModel, writeModel } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { type BackboneArchitecture, classifierNetwork, createBackbone, disposeModule, saveWeights } from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import weights from './weights.js';

const architecture: BackboneArchitecture = {
  name: 'resnet',
  channels: 3,
  stem: 'conv',
  block: 'basic',
  depths: [1, 1],
  width: 4,
};
const params = { network: 'resnet18', depths: [1, 1], width: 4 } as const;

let folder = '';
let stateDict = new Map<string, NamedTensor>();

/** A safetensors file with what `change` makes of the state dict of a small residual network and its classifier. */
async function fileOf(name: string, change: (tensors: Map<string, NamedTensor>) => void = () => {}): Promise<string> {
  const tensors = new Map(stateDict);
  change(tensors);
  const dir = join(folder, name);
  await mkdir(dir);
  await writeModel(dir, { parts: {}, preparation: null, recipe: {}, weights: tensors, curves: {} });
  return join(dir, 'weights.safetensors');
}

const run = (file: string): Promise<unknown> => runStage(weights, { params: { ...params, file } });

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
  const network = classifierNetwork(createBackbone(architecture, createRandom(1)), 5, createRandom(2));
  const saved = await saveWeights({ network });
  stateDict = new Map([...saved].map(([name, tensor]) => [name.replace('network.', ''), tensor]));
  stateDict.set('bn1.num_batches_tracked', { shape: [], data: Float32Array.of(7) });
  disposeModule(network);
});

afterAll(() => rm(folder, { recursive: true }));

test('the tensors of the backbone become a model, those of the classifier are ignored', async () => {
  const file = await fileOf('whole');
  const { outputs, logs } = await runStage(weights, { params: { ...params, file } });
  const model = await readModel(outputs.model);
  expect(model.parts['backbone']!.architecture).toEqual(architecture);
  expect(model.preparation).toMatchObject({ mirror: true, channels: 3, normalise: { mean: [0.485, 0.456, 0.406] } });
  expect(model.weights.size).toBe(stateDict.size - 3);
  for (const [name, tensor] of model.weights) expect(tensor).toEqual(stateDict.get(name.replace('backbone.', '')));
  expect(logs).toEqual(['ignored: fc.weight, fc.bias']);
});

test('with a prefix the tensors of other parts are ignored', async () => {
  const file = await fileOf('parts', (tensors) => {
    for (const [name, tensor] of stateDict) {
      tensors.delete(name);
      tensors.set(`encoder.${name}`, tensor);
    }
    tensors.set('predictor.weight', { shape: [1], data: Float32Array.of(1) });
  });
  const { outputs } = await runStage(weights, { params: { ...params, file, prefix: 'encoder.' } });
  const { weights: tensors } = await readModel(outputs.model);
  expect(tensors.get('backbone.layer2.0.downsample.0.weight')).toEqual(stateDict.get('layer2.0.downsample.0.weight'));
});

const faults: [string, (tensors: Map<string, NamedTensor>) => void, string][] = [
  [
    'shape',
    (tensors) => tensors.set('conv1.weight', { shape: [4, 3, 7, 7], data: new Float32Array(588) }),
    'prefix: tensor conv1.weight: expected shape [4, 3, 3, 3], found [4, 3, 7, 7]',
  ],
  [
    'missing',
    (tensors) => tensors.delete('layer1.0.bn2.running_var'),
    'prefix: tensor layer1.0.bn2.running_var: expected shape [4], found none',
  ],
  [
    'surplus',
    (tensors) => tensors.set('layer1.1.conv1.weight', { shape: [1, 2], data: new Float32Array(2) }),
    'prefix: tensor layer1.1.conv1.weight of shape [1, 2] is not part of the network',
  ],
  ['all', (tensors) => tensors.clear(), 'tensor bn1.bias: expected shape [4], found none; and 27 more'],
];

test.each(faults)('a file that does not match is refused by its tensors: %s', async (name, change, message) => {
  const file = await fileOf(name, change);
  const refused = run(file);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: 'StageInputError', code: 'weights-mismatch', file });
});

test('a missing or malformed file is refused with advice on how to write one', async () => {
  await expect(run(join(folder, 'none.safetensors'))).rejects.toThrow(
    'none.safetensors is not there; in Python, safetensors.torch.save_file(network.state_dict(), file) writes such a file',
  );
  const pickle = join(folder, 'weights.pth');
  await writeFile(pickle, 'PK\u0003\u0004 a pickle of PyTorch');
  await expect(run(pickle)).rejects.toMatchObject({ code: 'weights-unreadable', name: 'StageInputError' });
});

test('every channel needs a mean and a standard deviation', async () => {
  const file = await fileOf('channels');
  await expect(runStage(weights, { params: { ...params, file, mean: [0.5] } })).rejects.toThrow(
    'mean must have one value for each of 3 channels, got [0.5]',
  );
});
