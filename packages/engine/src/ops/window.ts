/** Height and width. */
export type Pair = readonly [number, number];

/** Cells added around an image: `[[top, bottom], [left, right]]`. */
export type Padding = readonly [Pair, Pair];

/** How a window moves over an image. */
export interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

export function createWindow(size: Pair, options: Partial<Omit<Window, 'size'>>): Window {
  const none: Pair = [0, 0];
  return {
    size,
    strides: options.strides ?? [1, 1],
    padding: options.padding ?? [none, none],
    dilation: options.dilation ?? [1, 1],
  };
}

/** Cells that a window spans along an axis. */
export function spanOf({ size, dilation }: Window, axis: 0 | 1): number {
  return (size[axis] - 1) * dilation[axis] + 1;
}

/** Rows or columns that a window yields (rounded down, as in PyTorch). */
export function outputLength(input: number, window: Window, axis: 0 | 1): number {
  const padded = input + window.padding[axis][0] + window.padding[axis][1];
  const span = spanOf(window, axis);
  if (padded < span) {
    throw new Error(`a window that spans ${span} cells does not fit into ${input} with padding ${padded - input}`);
  }
  return Math.floor((padded - span) / window.strides[axis]) + 1;
}

/**
 * TensorFlow's name for a padding, where it has one: some of its kernels are fast only with a name.
 *
 * @param input height and width of the images
 */
export function namedPadding(input: Pair, window: Window): 'SAME' | 'VALID' | null {
  if (window.padding.flat().every((cells) => cells === 0)) return 'VALID';
  return isSame(input[0], window, 0) && isSame(input[1], window, 1) ? 'SAME' : null;
}

function isSame(input: number, window: Window, axis: 0 | 1): boolean {
  const length = Math.ceil(input / window.strides[axis]);
  const total = Math.max(0, (length - 1) * window.strides[axis] + spanOf(window, axis) - input);
  const before = Math.floor(total / 2);
  return window.padding[axis][0] === before && window.padding[axis][1] === total - before;
}

/** A padding in the form that `tf.pad` takes for `[batch, height, width, channels]`. */
export function padsOf([rows, columns]: Padding): [number, number][] {
  return [[0, 0], [...rows], [...columns], [0, 0]];
}
