import type { Wheel } from '@twoshot/wheels';

/** Which build of the TensorFlow library: for the processor alone, or for NVIDIA devices too. */
export type Variant = 'cpu' | 'cuda';

export const TENSORFLOW_VERSION = '2.20.0';

/** Bytes that a set-up takes: at its peak (the wheels beside what is unpacked) and for good. */
export interface Footprint {
  readonly download: number;
  readonly peak: number;
  readonly kept: number;
}

const MEBIBYTE = 1024 * 1024;

/** Own ops include the kernel headers, which reach into all of these; the compilers' headers (300 MB) are left out. */
const HEADERS = [
  'Eigen/',
  'absl/',
  'google/protobuf/',
  'ml_dtypes/',
  'tensorflow/c/',
  'tensorflow/core/',
  'tensorflow/tsl/',
  'third_party/',
  'tsl/',
  'unsupported/Eigen/',
  'xla/tsl/',
].map((folder) => `tensorflow/include/${folder}`);

const LIBRARIES = new Set(['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']);

function wantsTensorFlow(member: string): boolean {
  return LIBRARIES.has(member) || HEADERS.some((folder) => member.startsWith(folder));
}

function wantsNvidia(member: string): boolean {
  return (
    member.startsWith('nvidia/') && (member.includes('/lib/') || member.includes('/nvvm/') || member.includes('/bin/'))
  );
}

function nvidia(project: string, version: string, sha256: string): Wheel {
  return { project, version, sha256, wants: wantsNvidia };
}

const CPU: readonly Wheel[] = [
  {
    project: 'tensorflow-cpu',
    version: TENSORFLOW_VERSION,
    sha256: 'cf756bbe2d256e942ab5d0ad2c858fb40017581494febdb4387c149b1afde780',
    wants: wantsTensorFlow,
  },
];

/** The lowest versions of the extra `and-cuda`: those that TensorFlow 2.20.0 was built with. */
const CUDA: readonly Wheel[] = [
  {
    project: 'tensorflow',
    version: TENSORFLOW_VERSION,
    sha256: '481499fd0f824583de8945be61d5e827898cdaa4f5ea1bc2cc28ca2ccff8229e',
    wants: wantsTensorFlow,
  },
  nvidia('nvidia-cublas-cu12', '12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'),
  nvidia('nvidia-cuda-cupti-cu12', '12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'),
  nvidia('nvidia-cuda-nvcc-cu12', '12.5.82', 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0'),
  nvidia('nvidia-cuda-nvrtc-cu12', '12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'),
  nvidia('nvidia-cuda-runtime-cu12', '12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'),
  nvidia('nvidia-cudnn-cu12', '9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'),
  nvidia('nvidia-cufft-cu12', '11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'),
  nvidia('nvidia-curand-cu12', '10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'),
  nvidia('nvidia-cusolver-cu12', '11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'),
  nvidia('nvidia-cusparse-cu12', '12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'),
  nvidia('nvidia-nccl-cu12', '2.25.1', '362aed5963fb9ea2ed2f264409baae30143498fd0e5c503aeaa1badd88cdc54a'),
  nvidia('nvidia-nvjitlink-cu12', '12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'),
];

export function wheelsOf(variant: Variant): readonly Wheel[] {
  return variant === 'cuda' ? CUDA : CPU;
}

export function footprintOf(variant: Variant): Footprint {
  return variant === 'cuda'
    ? { download: 2700 * MEBIBYTE, peak: 9000 * MEBIBYTE, kept: 6000 * MEBIBYTE }
    : { download: 247 * MEBIBYTE, peak: 1150 * MEBIBYTE, kept: 830 * MEBIBYTE };
}
