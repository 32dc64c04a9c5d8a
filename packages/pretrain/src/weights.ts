import { basename } from 'node:path';
import { defineStage, externalPath, flag, integer, numbers, text } from '@twoshot/stage';
import { networkParams } from '@twoshot/training';

export default defineStage({
  name: 'pretrain/weights',
  summary: 'Reads a backbone from a .safetensors file of weights that were trained elsewhere, named as in PyTorch',
  params: {
    file: externalPath({ doc: '.safetensors file with the state dict of the network, as torchvision or timm name it' }),
    prefix: text({
      default: '',
      doc: 'prefix of the tensor names, e.g. `backbone.`; other tensors are ignored',
    }),
    ...networkParams('resnet18'),
    channels: integer({ default: 3, minimum: 1, doc: 'channels of the images' }),
    mean: numbers({
      default: [0.485, 0.456, 0.406],
      doc: 'mean of each channel in training, for pixels from 0 to 1; default: ImageNet',
    }),
    std: numbers({
      default: [0.229, 0.224, 0.225],
      minimum: 1e-6,
      doc: 'standard deviation of each channel; default: ImageNet',
    }),
    mirror: flag({ default: true, doc: 'whether a mirrored image keeps its class' }),
  },
  inputs: {},
  outputs: { model: { kind: 'model', doc: 'the backbone, without the classifier that it was trained with' } },
  outside: ({ file, network }) => `${network} of ${basename(file)}`,
  engine: true,
  resources: { memory: 1024 },
  async run({ params, outputs, log }) {
    const { writeModel } = await import('@twoshot/artifact');
    const { architectureOf } = await import('@twoshot/training');
    const { readBackboneWeights } = await import('./backbone-weights.js');
    const { normalisationOf } = await import('./normalisation.js');
    const { channels, mirror, network } = params;
    const normalise = normalisationOf(params);
    const architecture = await architectureOf(params, channels);
    const { weights, dim, leftOut } = await readBackboneWeights(params.file, params.prefix, { network, architecture });
    if (leftOut.length > 0) log(`ignored: ${leftOut.join(', ')}`);
    await writeModel(outputs.model, {
      parts: {
        backbone: {
          type: 'backbone',
          takes: 'images',
          gives: { what: 'features', dim },
          architecture: { ...architecture },
        },
      },
      preparation: { size: null, resize: 'stretch', channels, normalise, mirror },
      recipe: { stage: 'pretrain/weights', network, prefix: params.prefix },
      weights,
      curves: {},
    });
  },
});
