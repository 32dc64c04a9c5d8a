import type { NetworkName } from '@twoshot/nn';

/** All on two threads but the last: onnxruntime's threads wait by spinning, which counts as their time. */
export const encoderSides = ['native', 'wasm', 'onnxruntime', 'onnxruntime-1'] as const;
export type EncoderSide = (typeof encoderSides)[number];

export interface Row {
  readonly id: string;
  readonly network: Extract<NetworkName, `efficientnet-lite${string}`>;
  readonly size: number;
  readonly batch: number;
  /** Whether image files are decoded and resized, while the network computes on those before. */
  readonly files: boolean;
  /** Images of a round. */
  readonly images: number;
}

const networks = [
  ['efficientnet-lite0', 224],
  ['efficientnet-lite2', 260],
] as const;

const batches = [1, 8, 16];

export const rows: readonly Row[] = networks.flatMap(([network, size]) => {
  const ready = batches.map((batch): Row => ({
    id: `${network}-${batch}`,
    network,
    size,
    batch,
    files: false,
    images: 16,
  }));
  return ready.concat({ id: `${network}-files`, network, size, batch: 16, files: true, images: 64 });
});
