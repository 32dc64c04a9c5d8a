/** Whether the axes cover every one of `count` numbers exactly once, in whichever order. */
export function isDense(shape: readonly number[], strides: readonly number[], count: number): boolean {
  const axes = shape
    .map((side, axis) => ({ side, stride: strides[axis]! }))
    // PyTorch gives axes of one any stride.
    .filter(({ side }) => side !== 1)
    .sort((a, b) => a.stride - b.stride);
  let covered = 1;
  for (const { side, stride } of axes) {
    if (stride !== covered) return false;
    covered *= side;
  }
  return covered === count;
}

/** Numbers of a dense tensor with the last axis fastest. */
export function inOrder(numbers: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const ordered = new Float32Array(numbers.length);
  const place = shape.map(() => 0);
  let source = 0;
  for (let at = 0; at < ordered.length; at++) {
    ordered[at] = numbers[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return ordered;
}
