import { type Backbone, type BackboneArchitecture, createBackbone, readBackboneArchitecture } from '@twoshot/nn';
import type { PartType } from '../part-type.js';

/** From images to features; the architectures are those of `@twoshot/nn`. */
export const backbonePart: PartType<BackboneArchitecture, Backbone> = {
  type: 'backbone',
  read: readBackboneArchitecture,
  gives: (_, { dim }) => ({ what: 'features', dim }),
  create: createBackbone,
};
