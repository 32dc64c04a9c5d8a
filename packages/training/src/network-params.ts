import { choice, integer, numbers, optional, type ParamValues, StageInputError } from '@twoshot/stage';
import type { BackboneArchitecture, NetworkName } from '@twoshot/nn';

const names = [
  'conv-residual',
  'conv4',
  'resnet9',
  'resnet18',
  'resnet20',
  'resnet50',
  'resnet101',
  'wrn-28-2',
  'wrn-28-10',
  'densenet121',
  'efficientnet-lite0',
  'efficientnet-lite2',
  'se-resnet101',
  'se-resnext101',
] as const satisfies readonly NetworkName[];

/** Params that select the backbone to train where no model is wired. */
export function networkParams(network: NetworkName) {
  return {
    network: choice(names, {
      default: network,
      doc: 'backbone to train if `init` is not wired; conv-residual suits minutes on a few cores',
    }),
    stem: optional(
      choice(['conv', 'imagenet', 'whitened'], {
        doc: 'conv is a learned 3x3 convolution at full size, imagenet reduces the side to a quarter, whitened is computed from patches of the views and frozen',
      }),
      'first layer; null for whitened in conv-residual and conv in the others',
    ),
    width: optional(
      integer({ minimum: 1, doc: 'channels' }),
      'channels of the first stage, which determine the others; null for the published ones',
    ),
    depths: optional(numbers({ minimum: 1, doc: 'blocks' }), 'blocks of each stage; null for the published ones'),
    stemWidth: integer({ default: 16, minimum: 2, doc: 'channels of the first layer of conv-residual' }),
    widths: numbers({ default: [64, 128, 256], minimum: 1, doc: 'channels of the stages of conv-residual' }),
  };
}

type NetworkParams = ParamValues<ReturnType<typeof networkParams>>;

/**
 * The backbone that the params describe; reads only the params that it needs.
 *
 * @param channels of the images
 * @throws StageInputError where the network does not support them
 */
export async function architectureOf(params: NetworkParams, channels: number): Promise<BackboneArchitecture> {
  const { networkArchitecture } = await import('@twoshot/nn');
  try {
    return networkArchitecture(params.network, channels, params);
  } catch (error) {
    if (error instanceof RangeError) throw new StageInputError('network', error.message);
    throw error;
  }
}
