import { type Backbone, type BackboneArchitecture, createBackbone } from '@twoshot/nn';
import { createRandom } from '@twoshot/engine/random';
import type { NetworkName } from './work.js';

/** The networks that are measured, and the multiply-adds of their convolutions for an image of 32 x 32. */
export const networks: Readonly<Record<NetworkName, { architecture: BackboneArchitecture; products: number }>> = {
  'conv-4-64': { architecture: { name: 'conv4', channels: 3, width: 64 }, products: 14_155_776 },
  'resnet-9': { architecture: { name: 'resnet9', channels: 3, width: 64 }, products: 379_256_832 },
  'resnet-18': {
    architecture: { name: 'resnet', channels: 3, stem: 'conv', block: 'basic', depths: [2, 2, 2, 2], width: 64 },
    products: 555_417_600,
  },
  'wrn-28-2': {
    architecture: { name: 'wide-resnet', channels: 3, stem: 'conv', depths: [4, 4, 4], width: 32 },
    products: 214_351_872,
  },
};

export const backboneOf = (name: NetworkName): Backbone => createBackbone(networks[name].architecture, createRandom(1));
