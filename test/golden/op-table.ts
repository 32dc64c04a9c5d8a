/** A tensor of a golden file: flat, row-major; a scalar has shape `[]`. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool' | 'uint8';
  readonly data: readonly number[];
}

/** What an op gives back: `shape` may be left out for typed arrays whose length settles it. */
export type GoldenOutput =
  | number
  | ArrayLike<number>
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

export interface GoldenOp {
  /** True for tensor work: the case runs on every engine at hand and passes only if all pass. */
  readonly tensor: boolean;
  /** Calls the public function and names its results as the golden file does, `grad_<input>` included. */
  run(
    params: Readonly<Record<string, never>>,
    inputs: Readonly<Record<string, GoldenTensor>>,
  ): Readonly<Record<string, GoldenOutput>> | Promise<Readonly<Record<string, GoldenOutput>>>;
}

export type OpTable = Readonly<Record<string, GoldenOp>>;
