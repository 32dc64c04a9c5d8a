/** One block of a residual network: channels in, width, stride of its first spatial convolution. */
export interface StageBlock {
  readonly in: number;
  readonly out: number;
  readonly stride: number;
}

/**
 * The blocks of the stages of a residual network: every stage after the first doubles the width and halves the image in
 * its first block; a block of width w gives w x `expansion` channels.
 */
export function stagesOf(options: {
  in: number;
  width: number;
  depths: readonly number[];
  expansion: number;
}): StageBlock[][] {
  const { width, depths, expansion } = options;
  let inputs = options.in;
  return depths.map((depth, stage) => {
    const out = width * 2 ** stage;
    return Array.from({ length: depth }, (_, i) => {
      const block = { in: inputs, out, stride: stage > 0 && i === 0 ? 2 : 1 };
      inputs = out * expansion;
      return block;
    });
  });
}
