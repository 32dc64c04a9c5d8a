import type { Random } from '@twoshot/engine/random';
import type { Backbone } from './backbone.js';
import { conv4, type Conv4Architecture } from './conv4.js';
import { convResidual, type ConvResidualArchitecture } from './conv-residual.js';
import { densenet, type DensenetArchitecture } from './densenet.js';
import { efficientnetLite, type EfficientnetLiteArchitecture } from './efficientnet-lite.js';
import { resnet, type ResnetArchitecture } from './resnet.js';
import { resnet9, type Resnet9Architecture } from './resnet9.js';
import { seResnet, type SeResnetArchitecture } from './se-resnet.js';
import { wideResnet, type WideResnetArchitecture } from './wide-resnet.js';

/** Plain JSON that suffices to rebuild a backbone; stored in every model. */
export type BackboneArchitecture =
  | Conv4Architecture
  | ConvResidualArchitecture
  | DensenetArchitecture
  | EfficientnetLiteArchitecture
  | ResnetArchitecture
  | Resnet9Architecture
  | SeResnetArchitecture
  | WideResnetArchitecture;

type BackboneName = BackboneArchitecture['name'];
type Builders = {
  readonly [N in BackboneName]: (architecture: Extract<BackboneArchitecture, { name: N }>, random: Random) => Backbone;
};

/** A new backbone is a file that exports its architecture and its builder, and a line here. */
const builders: Builders = {
  conv4,
  'conv-residual': convResidual,
  densenet,
  'efficientnet-lite': efficientnetLite,
  resnet,
  resnet9,
  'se-resnet': seResnet,
  'wide-resnet': wideResnet,
};

/** Builds a backbone with new weights. */
export function createBackbone(architecture: BackboneArchitecture, random: Random): Backbone {
  const build = builders[architecture.name] as (architecture: BackboneArchitecture, random: Random) => Backbone;
  return build(architecture, random);
}

/**
 * A backbone's architecture from a model.
 *
 * @throws TypeError that lists the known names where it cannot be built
 */
export function readBackboneArchitecture(architecture: unknown): BackboneArchitecture {
  const { name } = (architecture ?? {}) as { name?: unknown };
  const known = Object.keys(builders);
  if (known.includes(String(name))) return architecture as BackboneArchitecture;
  throw new TypeError(`expected a backbone of the name ${known.join(', ')}, found ${JSON.stringify(architecture)}`);
}
