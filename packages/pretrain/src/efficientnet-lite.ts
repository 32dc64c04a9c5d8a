import { choice, defineStage, flag, integer, optional } from '@twoshot/stage';
import {
  describeWeights,
  efficientnetLitePixels,
  efficientnetLiteWeights,
  weightsFolder,
} from './pretrained/efficientnet-lite-weights.js';

export default defineStage({
  name: 'pretrain/efficientnet-lite',
  summary: 'EfficientNet-Lite with the weights that it learned on ImageNet, downloaded once for each user',
  params: {
    network: choice(['efficientnet-lite0', 'efficientnet-lite2'], {
      default: 'efficientnet-lite0',
      doc: 'efficientnet-lite2 sees more and takes three times as long',
    }),
    size: optional(
      integer({ minimum: 32, doc: 'side in pixels' }),
      'side to which the whole image is resampled; null for that of training: 224 of lite0, 260 of lite2',
    ),
    mirror: flag({
      default: false,
      doc: 'whether a mirrored image keeps its class: features become the mean of both, at twice the time',
    }),
    classifier: flag({ default: false, doc: 'with the classifier of the 1,000 classes of ImageNet as a part' }),
  },
  inputs: {},
  outputs: { model: { kind: 'model', doc: 'the backbone, and its classifier where that is asked for' } },
  outside: ({ network }) => describeWeights(efficientnetLiteWeights[network]),
  installs: weightsFolder,
  resources: { memory: 512 },
  async run({ params, outputs, progress, log, signal }) {
    const { listTensors, readFloatTensors, writeModel } = await import('@twoshot/artifact');
    const { networkArchitecture } = await import('@twoshot/nn');
    const { imagenetClasses } = await import('./pretrained/imagenet-classes.js');
    const { installWeights } = await import('./pretrained/install-weights.js');
    const { pretrainedParts } = await import('./pretrained/pretrained-model.js');
    const { network, size, mirror, classifier } = params;
    const pinned = efficientnetLiteWeights[network];
    const file = await installWeights(pinned, { progress, log, signal });
    const names = (await listTensors(file)).map(({ name }) => name);
    const known = { stem: null, width: null, depths: null, stemWidth: 16, widths: [] };
    await writeModel(outputs.model, {
      ...pretrainedParts(await readFloatTensors(file, names), {
        architecture: networkArchitecture(network, 3, known),
        dim: 1280,
        classifier: '_fc',
        classNames: classifier ? imagenetClasses : null,
      }),
      preparation: {
        size: size ?? pinned.size,
        resize: 'stretch',
        channels: 3,
        normalise: efficientnetLitePixels,
        mirror,
      },
      recipe: { stage: 'pretrain/efficientnet-lite', network, outside: describeWeights(pinned) },
      curves: {},
    });
  },
});
