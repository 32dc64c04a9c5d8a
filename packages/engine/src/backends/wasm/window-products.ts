import type { WINDOW_FIELDS } from './kernels/fields.js';
import type { FOLLOWING_FIELDS } from './kernels/following.js';
import { copyFields } from './kernels/copy-blocks.js';
import { followedFields, PANEL, productFields, productScratch, PRODUCT_ROWS } from './kernels/gather-product.js';
import { foldFields, outerBytes, outerFields, outerScratch, outerTiles } from './kernels/outer-product.js';
import { packedBytes, packFields } from './kernels/pack-weights.js';
import { SPLITTING } from './splitting.js';
import type { Machine, Workspace } from './machine.js';

const { outer } = SPLITTING;

/** Cells of an output and where their windows lie in the images. */
export interface Cells {
  readonly images: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Numbers `[images, height, width, depth]` in memory; strides in numbers. */
export interface Image {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly imageStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A place of a window: how far it moves the cell, and which of the filter's taps lies there. */
export interface Tap {
  readonly down: number;
  readonly across: number;
  readonly index: number;
}

/** `[taps, depth, outputs]` in memory; strides in numbers. */
export interface Weights {
  readonly address: number;
  readonly taps: number;
  readonly outputs: number;
  readonly tapStride: number;
  readonly depthStride: number;
  readonly outputStride: number;
}

export function packWeights(machine: Machine, space: Workspace, weights: Weights, depth: number): number {
  const { address, taps, outputs, tapStride, depthStride, outputStride } = weights;
  const to = space.take(packedBytes(taps, depth, outputs));
  const numbers = packFields.list({
    from: address,
    to,
    taps,
    depth,
    outputs,
    tapStride: 4 * tapStride,
    depthStride: 4 * depthStride,
    outputStride: 4 * outputStride,
  });
  machine.threads.run('packWeights', space.write(numbers), Math.ceil(outputs / PANEL));
  return to;
}

/** Writes `y[cell, output]` of a convolution whose weights are packed. */
export function multiply(
  machine: Machine,
  space: Workspace,
  {
    x,
    cells,
    taps,
    packed,
    packedTaps,
    y,
    outputs,
    followed,
  }: {
    readonly x: Image;
    readonly cells: Cells;
    readonly taps: readonly Tap[];
    readonly packed: number;
    readonly packedTaps: number;
    readonly y: Pick<Image, 'address' | 'imageStride' | 'rowStride' | 'columnStride'>;
    readonly outputs: number;
    /** What is done to the sums; nothing where it is left out. */
    readonly followed?: Readonly<Record<(typeof FOLLOWING_FIELDS)[number], number>>;
  },
): void {
  const { depth } = x;
  const total = cells.images * cells.rows * cells.columns;
  const scratchBytes = productScratch(taps.length);
  const product = {
    ...geometryOf(machine, x, cells),
    weights: packed,
    y: y.address,
    spare: space.take(4 * (outputs + PANEL)),
    scratch: space.take(scratchBytes * machine.threads.count),
    scratchBytes,
    taps: space.write(taps.flatMap(({ down, across, index }) => [down, across, index * depth * PANEL * 4])),
    tapCount: taps.length,
    yImage: 4 * y.imageStride,
    yRow: 4 * y.rowStride,
    yColumn: 4 * y.columnStride,
    outputs,
    panelBytes: 4 * packedTaps * depth * PANEL,
  };
  const numbers =
    followed === undefined ? productFields.list(product) : followedFields.list({ ...product, ...followed });
  const kernel = followed === undefined ? 'gatherProduct' : 'gatherProductFollowed';
  machine.threads.run(kernel, space.write(numbers), Math.ceil(total / PRODUCT_ROWS));
}

/** Writes `[taps, depth, outputs]`: the sums over all cells of products of `x` and `dy`. */
export function multiplyOuter(
  machine: Machine,
  space: Workspace,
  {
    x,
    cells,
    taps,
    dy,
    outputs,
    to,
  }: {
    readonly x: Image;
    readonly cells: Cells;
    readonly taps: readonly Tap[];
    /** `[cells, outputs]`. */
    readonly dy: number;
    readonly outputs: number;
    readonly to: number;
  },
): void {
  const total = cells.images * cells.rows * cells.columns;
  const [images, depth] = [widenImage(machine, space, x, cells.images, 4), Math.max(x.depth, 4)];
  const width = Math.max(outputs, PANEL);
  const gradients = outputs < PANEL ? widen(machine, space, dy, total, outputs, PANEL) : dy;
  const tiles = outerTiles(taps.length, depth);
  const sumsBytes = outerBytes(taps.length, depth, width);
  const chunks = Math.max(
    1,
    Math.min(outer.chunks, Math.floor(outer.bytes / sumsBytes), Math.floor(total / (4 * outer.cells))),
  );
  const chunkCells = Math.ceil(total / chunks / outer.cells) * outer.cells;
  const realChunks = Math.ceil(total / chunkCells);
  const groups = Math.min(tiles, Math.ceil(outer.tasks / realChunks));
  const scratchBytes = outerScratch(taps.length);
  const sums = space.take(realChunks * sumsBytes);
  const numbers = outerFields.list({
    ...geometryOf(machine, images, cells),
    dy: gradients,
    sums,
    scratch: space.take(scratchBytes * machine.threads.count),
    scratchBytes,
    taps: space.write(taps.flatMap(({ down, across, index }) => [down, across, index])),
    tapCount: taps.length,
    dyCell: 4 * width,
    outputs: width,
    chunkCells,
    groups,
    tiles,
    sumsBytes,
  });
  machine.threads.run('outerProduct', space.write(numbers), realChunks * groups);
  const tilesATask = Math.ceil(tiles / outer.tasks);
  const fold = foldFields.list({
    sums,
    to,
    chunks: realChunks,
    sumsBytes,
    tiles,
    tapCount: taps.length,
    depth,
    outputs: width,
    realDepth: x.depth,
    realOutputs: outputs,
    tilesATask,
  });
  machine.threads.run('foldSums', space.write(fold), Math.ceil(tiles / tilesATask));
}

function geometryOf(
  machine: Machine,
  x: Image,
  { images, rows, columns, rowStride, columnStride }: Cells,
): Readonly<Record<(typeof WINDOW_FIELDS)[number], number>> {
  return {
    x: x.address,
    zeros: machine.zeros(4 * x.depth),
    total: images * rows * columns,
    cells: rows * columns,
    columns,
    rowStride,
    columnStride,
    height: x.height,
    width: x.width,
    xImage: 4 * x.imageStride,
    xRow: 4 * x.rowStride,
    xColumn: 4 * x.columnStride,
    depth: x.depth,
  };
}

/** `[rows, from]` copied to `[rows, to]` with zeros after each row. */
function widen(machine: Machine, space: Workspace, address: number, rows: number, from: number, to: number): number {
  const runs = Math.ceil(rows / outer.tasks);
  const copy = space.take(4 * to * runs * outer.tasks);
  const whole = Math.floor(rows / runs);
  const job = (start: number, count: number, tasks: number): void => {
    const numbers = copyFields.list({
      from: address + 4 * from * start,
      to: copy + 4 * to * start,
      runs: count,
      runBytes: 4 * from,
      fromRun: 4 * from,
      toRun: 4 * to,
      fromTask: 4 * from * count,
      toTask: 4 * to * count,
      offset: 0,
    });
    if (count > 0) machine.threads.run('copyBlocks', space.write(numbers), tasks);
  };
  job(0, runs, whole);
  job(runs * whole, rows - runs * whole, 1);
  return copy;
}

/** Images with at least `depth` channels: a copy between zeros where they have fewer. */
function widenImage(machine: Machine, space: Workspace, x: Image, images: number, depth: number): Image {
  if (x.depth >= depth) return x;
  const cells = images * x.height * x.width;
  const address = widen(machine, space, x.address, cells, x.depth, depth);
  return { ...imageOf(address, [images, x.height, x.width, depth]) };
}

export function imageOf(address: number, [, height, width, depth]: readonly [number, number, number, number]): Image {
  return {
    address,
    height,
    width,
    depth,
    imageStride: height * width * depth,
    rowStride: width * depth,
    columnStride: depth,
  };
}
