/** Levels below the root; points that share a cell of the last one are treated as one mass. */
const levels = 16;

/**
 * Cells of a plane in the order of a walk from the root, each with the place where the walk goes on when the cell is
 * taken as a whole: the tree is read with one index and no stack.
 */
export class Quadtree {
  /** Cells in use. */
  cells = 0;
  /** Sum of the points of each cell, then their mean. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Points of each cell. */
  readonly mass: Float64Array;
  /** Squared side of each cell; 0 for one that is not divided any more. */
  readonly squaredSide: Float64Array;
  /** Next cell outside. */
  readonly skip: Uint32Array;
  readonly #codes: Float64Array;

  /** @param points most points that `build` will be given */
  constructor(points: number) {
    // Chains of single children end in a cell with at least two points: cells <= points * levels, usually 2 x points.
    const size = points * (levels + 1) + 1;
    this.x = new Float64Array(size);
    this.y = new Float64Array(size);
    this.mass = new Float64Array(size);
    this.squaredSide = new Float64Array(size);
    this.skip = new Uint32Array(size);
    this.#codes = new Float64Array(points);
  }

  /** @param points [rows, 2] */
  build(points: Float64Array): void {
    const rows = points.length / 2;
    let [left, bottom, side] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]!);
      bottom = Math.min(bottom, points[i + 1]!);
    }
    for (let i = 0; i < points.length; i += 2) side = Math.max(side, points[i]! - left, points[i + 1]! - bottom);
    side = side === 0 ? 1 : side * (1 + 1e-9);
    const scale = 2 ** levels / side;
    for (let row = 0; row < rows; row++) {
      const column = Math.floor((points[2 * row]! - left) * scale);
      const line = Math.floor((points[2 * row + 1]! - bottom) * scale);
      // Row and code in one number: sorting the numbers sorts rows along a curve on which every cell is one run.
      this.#codes[row] = (spreadBits(column) + 2 * spreadBits(line)) * 2 ** 21 + row;
    }
    const codes = this.#codes.subarray(0, rows).sort();
    this.cells = 0;
    this.#divide(points, codes, 0, rows, 0, side * side);
  }

  #divide(
    points: Float64Array,
    codes: Float64Array,
    from: number,
    to: number,
    level: number,
    squaredSide: number,
  ): void {
    const cell = this.cells++;
    const isWhole = to - from === 1 || level === levels;
    let [x, y] = [0, 0];
    if (isWhole)
      for (let i = from; i < to; i++) {
        const row = codes[i]! % 2 ** 21;
        x += points[2 * row]!;
        y += points[2 * row + 1]!;
      }
    else {
      const quarter = 4 ** (levels - level - 1) * 2 ** 21;
      for (let start = from; start < to;) {
        const digit = Math.floor(codes[start]! / quarter);
        let end = start + 1;
        while (end < to && Math.floor(codes[end]! / quarter) === digit) end++;
        const child = this.cells;
        this.#divide(points, codes, start, end, level + 1, squaredSide / 4);
        x += this.x[child]! * this.mass[child]!;
        y += this.y[child]! * this.mass[child]!;
        start = end;
      }
    }
    this.x[cell] = x / (to - from);
    this.y[cell] = y / (to - from);
    this.mass[cell] = to - from;
    this.squaredSide[cell] = isWhole ? 0 : squaredSide;
    this.skip[cell] = this.cells;
  }
}

/** The 16 bits of a number at the even places of one of 32. */
function spreadBits(value: number): number {
  let bits = Math.min(value, 2 ** levels - 1);
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}
