import { choice, integer, numbers, type ParamValues } from '@twoshot/stage';
import type { BackboneArchitecture } from '@twoshot/nn';

/** Params of every pre-training stage that say which backbone is trained. */
export const networkParams = {
  network: choice(['conv-residual', 'conv4', 'resnet9'], {
    default: 'conv-residual',
    doc: 'backbone; conv-residual is the one for minutes on a few cores',
  }),
  stem: choice(['whitened', 'conv'], {
    default: 'whitened',
    doc: 'first layer of conv-residual: computed from patches of the views and frozen, or learnt',
  }),
  stemWidth: integer({ default: 16, minimum: 2, doc: 'channels of the first layer of conv-residual' }),
  widths: numbers({
    default: [64, 128, 256],
    minimum: 1,
    doc: 'channels of the stages of conv-residual; the first one is the width of conv4 and resnet9',
  }),
};

type NetworkParams = ParamValues<typeof networkParams>;

type NetworkName = NetworkParams['network'];

const architectures: Readonly<Record<NetworkName, (params: NetworkParams, channels: number) => BackboneArchitecture>> =
  {
    'conv-residual': ({ stem, stemWidth, widths }, channels) => ({
      name: 'conv-residual',
      channels,
      stem,
      stemWidth,
      widths,
    }),
    conv4: ({ widths }, channels) => ({ name: 'conv4', channels, width: widths[0] ?? 64 }),
    resnet9: ({ widths }, channels) => ({ name: 'resnet9', channels, width: widths[0] ?? 64 }),
  };

/** The backbone that the params ask for; reads only the params that it needs. */
export function architectureOf(params: NetworkParams, channels: number): BackboneArchitecture {
  return architectures[params.network](params, channels);
}
