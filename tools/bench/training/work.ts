/** What all sides of a row are asked to do; tools/reference/training.py reads the same fields. */
export interface Work {
  /**
   * `step` of training, `forward` in evaluation mode, steps of `simsiam` or of supervised `classes` with augmented
   * images, a step of `adamw` or `lars` alone, the `product` of two matrices.
   */
  readonly kind: 'step' | 'forward' | 'simsiam' | 'classes' | 'adamw' | 'lars' | 'product';
  readonly network?: NetworkName;
  readonly batch?: number;
  /** Of the matrices. */
  readonly size?: number;
  /** Where CIFAR-10's binary version lies. */
  readonly folder?: string;
}

export type NetworkName = 'conv-4-64' | 'resnet-9' | 'resnet-18' | 'wrn-28-2';

/** `fixed` is our own loop on one batch that is never augmented. */
export const ourSides = ['native', 'fixed', 'wasm', 'plain'] as const;
export const theirSides = ['default', 'channels-last', 'compile'] as const;

export type OurSide = (typeof ourSides)[number];
export type SideName = OurSide | (typeof theirSides)[number];

/** A row of the page. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly table: 'step' | 'forward' | 'course' | 'optimiser' | 'start' | 'peak';
  readonly work: Work;
  readonly sides: readonly SideName[];
  readonly rounds: number;
  /** Calls in a round; short ones are timed together. */
  readonly calls: number;
  /** Whether a round is a process of its own, timed from its start on. */
  readonly cold?: boolean;
  /** Whether a round before the first is thrown away; where setting up is part of what is measured it is not. */
  readonly warm: boolean;
  /** Most that native may take of the best of PyTorch's eager layouts. */
  readonly maximum: number | null;
  /** Batch of the WASM side, which is compared by image: it would take minutes for a step otherwise. */
  readonly wasmBatch?: number;
  /** Multiplications and additions of a call, where they are known. */
  readonly operations?: number;
}

/** A work of ours, ready to be called. */
export type Run = (calls: number) => Promise<number>;
