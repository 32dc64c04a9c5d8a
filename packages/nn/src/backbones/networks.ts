import type { ImageStem } from '../blocks/image-stem.js';
import type { BackboneArchitecture } from './create-backbone.js';

/** Settings of a published network; null for the published values. */
export interface NetworkSettings {
  /** `conv`: a learned 3x3 filter; `imagenet`: a quarter of the side; `whitened`: computed from patches and frozen. */
  readonly stem: ImageStem | 'whitened' | null;
  /** Channels of the first stage (growth of a DenseNet), from which the others follow. */
  readonly width: number | null;
  /** Blocks of every stage. */
  readonly depths: readonly number[] | null;
  /** Channels of the first layer of conv-residual. */
  readonly stemWidth: number;
  /** Channels of the stages of conv-residual. */
  readonly widths: readonly number[];
}

type Network = (channels: number, settings: NetworkSettings) => BackboneArchitecture;

const networks = {
  'conv-residual': (channels, { stem, stemWidth, widths }) => ({
    name: 'conv-residual',
    channels,
    stem: oneOf(['whitened', 'conv'], stem),
    stemWidth,
    widths,
  }),
  conv4: (channels, { width }) => ({ name: 'conv4', channels, width: width ?? 64 }),
  resnet9: (channels, { width }) => ({ name: 'resnet9', channels, width: width ?? 64 }),
  resnet18: residual('basic', [2, 2, 2, 2], 64),
  resnet20: residual('basic', [3, 3, 3], 16),
  resnet50: residual('bottleneck', [3, 4, 6, 3], 64),
  resnet101: residual('bottleneck', [3, 4, 23, 3], 64),
  'wrn-28-2': wide([4, 4, 4], 32),
  'wrn-28-10': wide([4, 4, 4], 160),
  densenet121: (channels, settings) => ({
    name: 'densenet',
    channels,
    ...sized(settings, { depths: [6, 12, 24, 16], width: 32 }),
  }),
  'efficientnet-lite0': (channels) => ({ name: 'efficientnet-lite', channels, width: 1, depth: 1 }),
  'efficientnet-lite2': (channels) => ({ name: 'efficientnet-lite', channels, width: 1.1, depth: 1.2 }),
  'se-resnet101': squeezing(null),
  'se-resnext101': squeezing({ groups: 32, width: 4 }),
} satisfies Record<string, Network>;

export type NetworkName = keyof typeof networks;

export const networkNames = Object.keys(networks) as readonly NetworkName[];

/**
 * The architecture of a network by its name in the literature. Reads only the settings that the network has.
 *
 * @param channels of the images
 * @throws RangeError for a stem that the network does not have, or depths that are none */
export function networkArchitecture(
  name: NetworkName,
  channels: number,
  settings: NetworkSettings,
): BackboneArchitecture {
  const build: Network = networks[name];
  try {
    return build(channels, settings);
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function residual(block: 'basic' | 'bottleneck', depths: readonly number[], width: number): Network {
  return (channels, settings) => ({
    name: 'resnet',
    channels,
    block,
    ...sized(settings, { depths, width }),
  });
}

function wide(depths: readonly number[], width: number): Network {
  return (channels, settings) => ({ name: 'wide-resnet', channels, ...sized(settings, { depths, width }) });
}

function squeezing(cardinality: { groups: number; width: number } | null): Network {
  return (channels, settings) => ({
    name: 'se-resnet',
    channels,
    cardinality,
    ...sized(settings, { depths: [3, 4, 23, 3], width: 64 }),
  });
}

/** Stem, depths and width of a network of stages. */
function sized(
  { stem, depths, width }: NetworkSettings,
  own: { depths: readonly number[]; width: number },
): { stem: ImageStem; depths: readonly number[]; width: number } {
  if (depths !== null && (depths.length === 0 || !depths.every(Number.isInteger)))
    throw new RangeError(
      `depths must be the number of blocks of each of at least one stage, got [${depths.join(', ')}]`,
    );
  return {
    stem: oneOf(['conv', 'imagenet'], stem),
    depths: depths ?? own.depths,
    width: width ?? own.width,
  };
}

/** The first one by default. */
function oneOf<S extends string>(known: readonly [S, ...S[]], asked: string | null): S {
  if (asked === null) return known[0];
  const found = known.find((stem) => stem === asked);
  if (found !== undefined) return found;
  throw new RangeError(`stem must be one of ${known.join(', ')}, got ${asked}`);
}
