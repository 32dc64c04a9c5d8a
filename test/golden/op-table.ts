/** A tensor of a golden file: flat, row-major; a scalar has shape `[]`. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool' | 'uint8';
  readonly data: readonly number[];
}

export type GoldenInputs = Readonly<Record<string, GoldenTensor>>;
/** A golden file settles the types of its params, so an op takes what it says it takes. */
export type GoldenParams = Readonly<Record<string, never>>;

/** What an op gives back: `shape` may be left out for typed arrays whose length settles it. */
export type GoldenOutput =
  | number
  | ArrayLike<number>
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

export type GoldenOutputs = Readonly<Record<string, GoldenOutput>>;

export interface GoldenOp {
  /** True for tensor work: the case runs on every engine at hand and passes only if all pass. */
  readonly tensor: boolean;
  /**
   * For what training runs through: it does not refuse a value that is not finite but hands it on, and the training
   * loop refuses the loss. A layer may be right to make a finite number of infinity: its sigmoid is 1.
   */
  readonly trains?: 'loss' | 'layer';
  /** Calls the public function and names its results as the golden file does, `grad_<input>` included. */
  run(params: GoldenParams, inputs: GoldenInputs): GoldenOutputs | Promise<GoldenOutputs>;
}

export type OpTable = Readonly<Record<string, GoldenOp>>;
