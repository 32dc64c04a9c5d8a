import { networks } from './networks.js';
import type { NetworkName, Row, SideName } from './work.js';

/** A step takes the convolutions and both of their gradients. */
const operations = (network: NetworkName, batch: number, passes: number): number =>
  2 * passes * batch * networks[network].products;

const all: readonly SideName[] = ['native', 'wasm', 'plain', 'default', 'channels-last', 'compile'];
const folder = 'data/cifar-10-batches-bin';

/** Networks by name with the batch they are measured at. */
const sizes: readonly (readonly [NetworkName, { batch: number; wasmBatch: number }])[] = [
  ['conv-4-64', { batch: 256, wasmBatch: 32 }],
  ['resnet-9', { batch: 128, wasmBatch: 4 }],
  ['resnet-18', { batch: 128, wasmBatch: 4 }],
  ['wrn-28-2', { batch: 128, wasmBatch: 4 }],
];

const steps = sizes.map(([network, { batch, wasmBatch }]): Row => ({
  id: `step-${network}`,
  title: `${network}, batch ${batch}`,
  table: 'step',
  work: { kind: 'step', network, batch },
  sides: all,
  rounds: 5,
  calls: batch > 128 ? 3 : 1,
  warm: true,
  maximum: 0.9,
  wasmBatch,
  operations: operations(network, batch, 3),
}));

const forwards = sizes.map(([network, { batch, wasmBatch }]): Row => ({
  id: `forward-${network}`,
  title: `${network}, batch ${batch}`,
  table: 'forward',
  work: { kind: 'forward', network, batch },
  sides: all,
  rounds: 5,
  calls: batch > 128 ? 5 : 2,
  warm: true,
  maximum: null,
  wasmBatch,
  operations: operations(network, batch, 1),
}));

const optimisers = (['adamw', 'lars'] as const).map((kind): Row => ({
  id: kind,
  title: kind === 'adamw' ? 'AdamW, resnet-18' : 'LARS, resnet-18',
  table: 'optimiser',
  work: { kind, network: 'resnet-18' },
  sides: ['native', 'wasm', 'default'],
  rounds: 9,
  calls: 5,
  warm: true,
  maximum: null,
}));

export const rows: readonly Row[] = [
  ...steps,
  ...forwards,
  {
    id: 'simsiam-epoch',
    title: 'SimSiam, conv-4-64, batch 256, two views: one epoch of CIFAR-10 in five parts of 39 steps',
    table: 'course',
    work: { kind: 'simsiam', network: 'conv-4-64', batch: 256, folder },
    sides: ['native', 'fixed', 'channels-last'],
    rounds: 5,
    calls: 39,
    warm: false,
    maximum: 0.6,
  },
  {
    id: 'resnet-18-steps',
    title: 'resnet-18, batch 32: 100 steps in five parts of 20',
    table: 'course',
    work: { kind: 'classes', network: 'resnet-18', batch: 32, folder },
    sides: ['native', 'fixed', 'channels-last'],
    rounds: 5,
    calls: 20,
    warm: false,
    maximum: 0.9,
  },
  ...optimisers,
  {
    id: 'start',
    title: 'conv-4-64, batch 256: from the start of the process to the end of the first step',
    table: 'start',
    work: { kind: 'step', network: 'conv-4-64', batch: 256 },
    sides: ['native', 'wasm', 'plain', 'default', 'channels-last'],
    rounds: 5,
    calls: 1,
    cold: true,
    warm: false,
    maximum: 1,
    wasmBatch: 32,
  },
  {
    id: 'product',
    title: 'Product of two matrices of 2,048 x 2,048',
    table: 'peak',
    work: { kind: 'product', size: 2048 },
    sides: ['native', 'default'],
    rounds: 9,
    calls: 3,
    warm: true,
    maximum: null,
    operations: 2 * 2048 ** 3,
  },
];
