import {
  type Code,
  f32x4,
  i32,
  type Local,
  memory,
  repeatWhile,
  type Scope,
  select,
  v128,
  when,
  whileTrue,
} from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields, storeFirstLanes, WINDOW_FIELDS } from './fields.js';
import { PANEL, TAP_FIELDS } from './gather-product.js';

/** Depths of a tile of sums: a tile is 4 depths by 8 outputs. */
const DEPTHS = 4;
const TILE_BYTES = DEPTHS * PANEL * 4;
/** Cells whose addresses are laid out at a time. */
const BLOCK = 128;

export const outerFields = fields(
  ...WINDOW_FIELDS,
  'dy',
  'sums',
  'scratch',
  'scratchBytes',
  'taps',
  'tapCount',
  'dyCell',
  'outputs',
  'chunkCells',
  'groups',
  'tiles',
  'sumsBytes',
);

export const outerScratch = (taps: number): number => BLOCK * taps * 4;

/** Tiles of sums along the depth, over all taps. */
export const outerTiles = (taps: number, depth: number): number => taps * Math.ceil(depth / DEPTHS);
export const outerBytes = (taps: number, depth: number, outputs: number): number =>
  outerTiles(taps, depth) * Math.ceil(outputs / PANEL) * TILE_BYTES;

/**
 * `sums[tap, depth, output] = sum over cells of x[cell moved by the tap, depth] * dy[cell, output]`: the gradient of a
 * convolution for its filter, or a product with a transposed matrix. A task takes one chunk of the cells and one group
 * of the tiles; the sums of every chunk lie apart as `[chunk][panel][tile][4][8]`, for `foldSums` to add up.
 *
 * `depth` is at least 4 and `outputs` at least 8; the last tile and the last panel overlap with the ones before.
 */
export const outerProduct: Kernel = {
  name: 'outerProduct',
  write(scope, [args, task, thread]) {
    const read = outerFields.read(args);
    const [chunk, group, firstTile, lastTile, sums, panel] = scope.locals('i32', 6);
    const [cell, end, count, table, tilesADepth, panelSums] = scope.locals('i32', 6);
    const boundary = (index: Code): Code => i32.divide(i32.mul(index, read('tiles')), read('groups'));
    return [
      chunk.set(i32.divide(task.get, read('groups'))),
      group.set(i32.sub(task.get, i32.mul(chunk.get, read('groups')))),
      firstTile.set(boundary(group.get)),
      lastTile.set(boundary(i32.add(group.get, i32.const(1)))),
      sums.set(i32.add(read('sums'), i32.mul(chunk.get, read('sumsBytes')))),
      table.set(i32.add(read('scratch'), i32.mul(thread.get, read('scratchBytes')))),
      tilesADepth.set(i32.divide(read('tiles'), read('tapCount'))),
      panelSums.set(sums.get),
      scope.count(
        panel,
        read('outputs'),
        [
          memory.fill(
            i32.add(panelSums.get, tileOffset(firstTile.get)),
            i32.const(0),
            tileOffset(i32.sub(lastTile.get, firstTile.get)),
          ),
          panelSums.set(i32.add(panelSums.get, tileOffset(read('tiles')))),
        ],
        { by: PANEL },
      ),
      cell.set(i32.mul(chunk.get, read('chunkCells'))),
      end.set(i32.add(cell.get, read('chunkCells'))),
      end.set(select(i32.below(end.get, read('total')), end.get, read('total'))),
      whileTrue(i32.below(cell.get, end.get), [
        count.set(i32.sub(end.get, cell.get)),
        count.set(select(i32.below(count.get, i32.const(BLOCK)), count.get, i32.const(BLOCK))),
        layOutCells(scope, read, {
          cell: cell,
          count: count,
          table: table,
          firstTap: i32.divide(firstTile.get, tilesADepth.get),
          lastTap: i32.divide(i32.sub(lastTile.get, i32.const(1)), tilesADepth.get),
        }),
        panelSums.set(sums.get),
        scope.count(
          panel,
          read('outputs'),
          [
            addProducts(scope, read, {
              cell: cell,
              count: count,
              table: table,
              panel: panel,
              panelSums: panelSums,
              firstTile: firstTile,
              lastTile: lastTile,
              tilesADepth: tilesADepth,
            }),
            panelSums.set(i32.add(panelSums.get, tileOffset(read('tiles')))),
          ],
          { by: PANEL },
        ),
        cell.set(i32.add(cell.get, count.get)),
      ]),
    ];
  },
};

const tileOffset = (tile: Code): Code => i32.mul(tile, i32.const(TILE_BYTES));

type Read = (name: (typeof outerFields.names)[number]) => Code;

/** Table: for every tap the addresses in `x` of the cells of the block. */
function layOutCells(
  scope: Scope,
  read: Read,
  {
    cell,
    count,
    table,
    firstTap,
    lastTap,
  }: Record<'cell' | 'count' | 'table', Local> & Record<'firstTap' | 'lastTap', Code>,
): Code {
  const [index, place, rest, image, line, column, tap, last, entry, base, taps] = scope.locals('i32', 11);
  const [y, x, height, width, xRow, xColumn, zeros] = scope.locals('i32', 7);
  const address = i32.add(base.get, i32.add(i32.mul(y.get, xRow.get), i32.mul(x.get, xColumn.get)));
  const isInside = i32.and(i32.below(y.get, height.get), i32.below(x.get, width.get));
  const tapEntry = i32.mul(tap.get, i32.const(4 * BLOCK));
  return [
    height.set(read('height')),
    width.set(read('width')),
    xRow.set(read('xRow')),
    xColumn.set(read('xColumn')),
    zeros.set(read('zeros')),
    last.set(lastTap),
    scope.count(index, count.get, [
      rest.set(i32.add(cell.get, index.get)),
      image.set(i32.divide(rest.get, read('cells'))),
      rest.set(i32.sub(rest.get, i32.mul(image.get, read('cells')))),
      line.set(i32.divide(rest.get, read('columns'))),
      column.set(i32.sub(rest.get, i32.mul(line.get, read('columns')))),
      base.set(i32.add(read('x'), i32.mul(image.get, read('xImage')))),
      tap.set(firstTap),
      entry.set(i32.add(i32.add(table.get, i32.shiftLeft(index.get, i32.const(2))), tapEntry)),
      taps.set(i32.add(read('taps'), i32.mul(tap.get, i32.const(4 * TAP_FIELDS)))),
      place.set(taps.get),
      repeatWhile(
        [
          y.set(i32.add(i32.mul(line.get, read('rowStride')), i32.load(place.get))),
          x.set(i32.add(i32.mul(column.get, read('columnStride')), i32.load(place.get, 4))),
          i32.store(entry.get, select(isInside, address, zeros.get)),
          entry.set(i32.add(entry.get, i32.const(4 * BLOCK))),
          place.set(i32.add(place.get, i32.const(4 * TAP_FIELDS))),
          tap.set(i32.add(tap.get, i32.const(1))),
        ],
        i32.below(tap.get, i32.add(last.get, i32.const(1))),
      ),
    ]),
  ].flat();
}

function addProducts(
  scope: Scope,
  read: Read,
  locals: Record<'cell' | 'count' | 'table' | 'panel' | 'panelSums' | 'firstTile' | 'lastTile' | 'tilesADepth', Local>,
): Code {
  const { cell, count, table, panel, panelSums, firstTile, lastTile, tilesADepth } = locals;
  const [tile, tap, depthBytes, entry, x, dy, dyStart, left, dyCell, place] = scope.locals('i32', 10);
  const sums = Array.from({ length: DEPTHS }, () => scope.locals('v128', 2));
  const [low, high, value] = scope.locals('v128', 3);
  // One cell a round, for the sake of registers: see gather-product.ts.
  const addCell = [
    x.set(i32.add(i32.load(entry.get), depthBytes.get)),
    low.set(v128.load(dy.get)),
    high.set(v128.load(dy.get, 16)),
    dy.set(i32.add(dy.get, dyCell.get)),
    ...sums.flatMap(([first, second], depth) => [
      value.set(v128.loadSplat(x.get, 4 * depth)),
      first.set(f32x4.add(first.get, f32x4.mul(value.get, low.get))),
      second.set(f32x4.add(second.get, f32x4.mul(value.get, high.get))),
    ]),
    entry.set(i32.add(entry.get, i32.const(4))),
    left.set(i32.sub(left.get, i32.const(1))),
  ];
  return [
    dyCell.set(read('dyCell')),
    dyStart.set(
      i32.add(
        i32.add(read('dy'), i32.mul(cell.get, dyCell.get)),
        i32.shiftLeft(startOfLast(panel.get, read('outputs'), PANEL), i32.const(2)),
      ),
    ),
    tile.set(firstTile.get),
    place.set(i32.add(panelSums.get, i32.mul(tile.get, i32.const(TILE_BYTES)))),
    repeatWhile(
      [
        tap.set(i32.divide(tile.get, tilesADepth.get)),
        depthBytes.set(i32.mul(i32.sub(tile.get, i32.mul(tap.get, tilesADepth.get)), i32.const(DEPTHS))),
        depthBytes.set(i32.shiftLeft(startOfLast(depthBytes.get, read('depth'), DEPTHS), i32.const(2))),
        entry.set(i32.add(table.get, i32.mul(tap.get, i32.const(4 * BLOCK)))),
        dy.set(dyStart.get),
        left.set(count.get),
        ...sums.flat().map((sum, index) => sum.set(v128.load(place.get, 16 * index))),
        repeatWhile(addCell, left.get),
        ...sums.flat().map((sum, index) => v128.store(place.get, sum.get, 16 * index)),
        place.set(i32.add(place.get, i32.const(TILE_BYTES))),
        tile.set(i32.add(tile.get, i32.const(1))),
      ],
      i32.below(tile.get, lastTile.get),
    ),
  ].flat();
}

/** Where a group of `size` starts so that it ends within `total`: the last one overlaps. */
const startOfLast = (start: Code, total: Code, size: number): Code =>
  select(i32.below(start, i32.sub(total, i32.const(size - 1))), start, i32.sub(total, i32.const(size)));

export const foldFields = fields(
  'sums',
  'to',
  'chunks',
  'sumsBytes',
  'tiles',
  'tapCount',
  'depth',
  'outputs',
  'realDepth',
  'realOutputs',
  'tilesATask',
);

/** Adds the sums of all chunks up, chunk after chunk, and lays them out as `[taps, depth, outputs]`. */
export const foldSums: Kernel = {
  name: 'foldSums',
  write(scope, [args, task]) {
    const read = foldFields.read(args);
    const [tile, lastTile, panel, row, chunk, place, tilesADepth, tap] = scope.locals('i32', 8);
    const [depth, output, to, count, tileSums] = scope.locals('i32', 5);
    const [low, high] = scope.locals('v128', 2);
    const width = i32.shiftLeft(read('realOutputs'), i32.const(2));
    return [
      tilesADepth.set(i32.divide(read('tiles'), read('tapCount'))),
      tile.set(i32.mul(task.get, read('tilesATask'))),
      lastTile.set(i32.add(tile.get, read('tilesATask'))),
      lastTile.set(select(i32.below(lastTile.get, read('tiles')), lastTile.get, read('tiles'))),
      whileTrue(i32.below(tile.get, lastTile.get), [
        tap.set(i32.divide(tile.get, tilesADepth.get)),
        depth.set(i32.mul(i32.sub(tile.get, i32.mul(tap.get, tilesADepth.get)), i32.const(DEPTHS))),
        depth.set(startOfLast(depth.get, read('depth'), DEPTHS)),
        tileSums.set(i32.add(read('sums'), i32.mul(tile.get, i32.const(TILE_BYTES)))),
        scope.count(
          panel,
          read('outputs'),
          [
            output.set(startOfLast(panel.get, read('outputs'), PANEL)),
            scope.count(row, i32.const(DEPTHS), [
              low.set(v128.zero),
              high.set(v128.zero),
              place.set(i32.add(tileSums.get, i32.mul(row.get, i32.const(4 * PANEL)))),
              scope.count(chunk, read('chunks'), [
                low.set(f32x4.add(low.get, v128.load(place.get))),
                high.set(f32x4.add(high.get, v128.load(place.get, 16))),
                place.set(i32.add(place.get, read('sumsBytes'))),
              ]),
              when(i32.below(i32.add(depth.get, row.get), read('realDepth')), [
                to.set(i32.mul(i32.add(i32.mul(tap.get, read('realDepth')), i32.add(depth.get, row.get)), width)),
                to.set(i32.add(i32.add(read('to'), to.get), i32.shiftLeft(output.get, i32.const(2)))),
                count.set(i32.sub(read('realOutputs'), output.get)),
                when(
                  i32.below(count.get, i32.const(PANEL)),
                  [storeFirstLanes(to, count, low, high)],
                  [v128.store(to.get, low.get), v128.store(to.get, high.get, 16)],
                ),
              ]),
            ]),
            tileSums.set(i32.add(tileSums.get, i32.mul(read('tiles'), i32.const(TILE_BYTES)))),
          ],
          { by: PANEL },
        ),
        tile.set(i32.add(tile.get, i32.const(1))),
      ]),
    ];
  },
};
