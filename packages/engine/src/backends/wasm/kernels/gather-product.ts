import { type Code, f32x4, i32, type Local, repeatWhile, type Scope, select, v128, when } from '@twoshot/assembly';
import type { Kernel, KernelParameters } from '../threads.js';
import { fields, storeFirstLanes, WINDOW_FIELDS } from './fields.js';
import { type Following, following, FOLLOWING_FIELDS } from './following.js';

/**
 * Rows of a tile, of two vectors of outputs each. V8 does all loads of a round before its sums: 8 sums and 6 loaded
 * vectors fit its 15 registers. More rows, or two depths a round, spill, and that halves the speed.
 */
const ROWS = 4;
const TILES = 20;
/** Rows of a task. */
export const PRODUCT_ROWS = ROWS * TILES;
/** Outputs of a panel of packed weights. */
export const PANEL = 8;

export const productFields = fields(
  ...WINDOW_FIELDS,
  'weights',
  'y',
  'spare',
  'scratch',
  'scratchBytes',
  'taps',
  'tapCount',
  'yImage',
  'yRow',
  'yColumn',
  'outputs',
  'panelBytes',
);

/** Of `gatherProductFollowed`. */
export const followedFields = fields(...productFields.names, ...FOLLOWING_FIELDS);

/** Bytes of scratch that a thread needs: where the rows of a tile are read and written. */
export const productScratch = (taps: number): number => PRODUCT_ROWS * (taps + 1) * 4;
/** Numbers of a tap: row and column that it adds, and where its weights lie in a panel (bytes). */
export const TAP_FIELDS = 3;

/**
 * `y[cell, output] = sum over taps and depth of x[cell moved by the tap, depth] * weights[tap, depth, output]`: a
 * convolution, the gradient of one for its images (cells of one remainder by the strides at a time), or a product of
 * matrices (one tap). Cells beyond the image are zeros.
 *
 * The addresses of all rows are laid out first, as in Dukhan's indirect convolution (2019), so that nothing is copied.
 */
export const gatherProduct: Kernel = productKernel('gatherProduct', false);

/** The same plus bias and residual, within limits. The outputs of a residual are a multiple of a panel. */
export const gatherProductFollowed: Kernel = productKernel('gatherProductFollowed', true);

function productKernel(name: string, isFollowed: boolean): Kernel {
  return { name, write: (scope, parameters) => writeProduct(scope, parameters, isFollowed) };
}

function writeProduct(scope: Scope, [args, task, thread]: KernelParameters, isFollowed: boolean): Code[] {
  const read = productFields.read(args);
  const [first, rows, table, outputs] = scope.locals('i32', 4);
  const [taps, depth, panelBytes] = scope.locals('i32', 3);
  return [
    first.set(i32.mul(task.get, i32.const(PRODUCT_ROWS))),
    rows.set(i32.sub(read('total'), first.get)),
    rows.set(select(i32.below(rows.get, i32.const(PRODUCT_ROWS)), rows.get, i32.const(PRODUCT_ROWS))),
    table.set(i32.add(read('scratch'), i32.mul(thread.get, read('scratchBytes')))),
    taps.set(read('tapCount')),
    depth.set(read('depth')),
    outputs.set(read('outputs')),
    panelBytes.set(read('panelBytes')),
    layOutAddresses(scope, read, { first, rows, table, taps }),
    multiplyPanels(
      scope,
      read,
      { rows, table, taps, depth, outputs, panelBytes },
      isFollowed ? following(scope, args, followedFields) : null,
    ),
  ];
}

type Read = (name: (typeof productFields.names)[number]) => Code;

/** Table: for every tile and tap the addresses of its rows, after the last tap those of its outputs. */
function layOutAddresses(
  scope: Scope,
  read: Read,
  { first, rows, table, taps }: Record<'first' | 'rows' | 'table' | 'taps', Local>,
): Code {
  const [row, cell, image, line, column, base, place, tap, entry, tile, within] = scope.locals('i32', 11);
  const [y, x, height, width, xRow, xColumn, zeros] = scope.locals('i32', 7);
  const tileBytes = scope.local('i32');
  const address = i32.add(base.get, i32.add(i32.mul(y.get, xRow.get), i32.mul(x.get, xColumn.get)));
  const isInside = i32.and(i32.below(y.get, height.get), i32.below(x.get, width.get));
  const output = i32.add(
    i32.add(read('y'), i32.mul(image.get, read('yImage'))),
    i32.add(i32.mul(line.get, read('yRow')), i32.mul(column.get, read('yColumn'))),
  );
  return [
    height.set(read('height')),
    width.set(read('width')),
    xRow.set(read('xRow')),
    xColumn.set(read('xColumn')),
    zeros.set(read('zeros')),
    tileBytes.set(i32.mul(i32.add(taps.get, i32.const(1)), i32.const(4 * ROWS))),
    tile.set(table.get),
    within.set(i32.const(0)),
    scope.count(row, i32.const(PRODUCT_ROWS), [
      entry.set(i32.add(tile.get, i32.shiftLeft(within.get, i32.const(2)))),
      when(
        i32.below(row.get, rows.get),
        [
          cell.set(i32.add(first.get, row.get)),
          image.set(i32.divide(cell.get, read('cells'))),
          cell.set(i32.sub(cell.get, i32.mul(image.get, read('cells')))),
          line.set(i32.divide(cell.get, read('columns'))),
          column.set(i32.sub(cell.get, i32.mul(line.get, read('columns')))),
          base.set(i32.add(read('x'), i32.mul(image.get, read('xImage')))),
          place.set(read('taps')),
          scope.count(tap, taps.get, [
            y.set(i32.add(i32.mul(line.get, read('rowStride')), i32.load(place.get))),
            x.set(i32.add(i32.mul(column.get, read('columnStride')), i32.load(place.get, 4))),
            i32.store(entry.get, select(isInside, address, zeros.get)),
            entry.set(i32.add(entry.get, i32.const(4 * ROWS))),
            place.set(i32.add(place.get, i32.const(4 * TAP_FIELDS))),
          ]),
          i32.store(entry.get, output),
        ],
        [
          scope.count(tap, taps.get, [
            i32.store(entry.get, zeros.get),
            entry.set(i32.add(entry.get, i32.const(4 * ROWS))),
          ]),
          i32.store(entry.get, read('spare')),
        ],
      ),
      within.set(i32.add(within.get, i32.const(1))),
      when(i32.equal(within.get, i32.const(ROWS)), [
        within.set(i32.const(0)),
        tile.set(i32.add(tile.get, tileBytes.get)),
      ]),
    ]),
  ].flat();
}

/** A panel of weights stays in the cache while all tiles of the task go by. */
function multiplyPanels(
  scope: Scope,
  read: Read,
  locals: Record<'rows' | 'table' | 'taps' | 'depth' | 'outputs' | 'panelBytes', Local>,
  followed: Following | null,
): Code {
  const { rows, table, taps, depth, outputs, panelBytes } = locals;
  const [panel, weights, entry, row, tap, place, left, tapWeights] = scope.locals('i32', 8);
  const sources = scope.locals('i32', ROWS);
  const sums = sources.map(() => scope.locals('v128', 2));
  const [low, high, value] = scope.locals('v128', 3);
  const addProducts = [
    low.set(v128.load(tapWeights.get)),
    high.set(v128.load(tapWeights.get, 16)),
    ...sources.flatMap((source, i) => [
      value.set(v128.loadSplat(source.get)),
      sums[i]![0].set(f32x4.add(sums[i]![0].get, f32x4.mul(value.get, low.get))),
      sums[i]![1].set(f32x4.add(sums[i]![1].get, f32x4.mul(value.get, high.get))),
    ]),
    tapWeights.set(i32.add(tapWeights.get, i32.const(32))),
    ...sources.map((source) => source.set(i32.add(source.get, i32.const(4)))),
    left.set(i32.sub(left.get, i32.const(1))),
  ];
  const target = (i: number): Code => i32.add(i32.load(entry.get, 4 * i), i32.shiftLeft(panel.get, i32.const(2)));
  return [
    weights.set(read('weights')),
    ...(followed?.start ?? []),
    scope.count(
      panel,
      outputs.get,
      [
        entry.set(table.get),
        scope.count(
          row,
          rows.get,
          [
            ...sums.flatMap((pair) => pair.map((sum, half) => sum.set(followed?.bias(panel, half) ?? v128.zero))),
            place.set(read('taps')),
            scope.count(tap, taps.get, [
              ...sources.map((source, i) => source.set(i32.load(entry.get, 4 * i))),
              tapWeights.set(i32.add(weights.get, i32.load(place.get, 8))),
              left.set(depth.get),
              repeatWhile(addProducts, left.get),
              entry.set(i32.add(entry.get, i32.const(4 * ROWS))),
              place.set(i32.add(place.get, i32.const(4 * TAP_FIELDS))),
            ]),
            ...(followed?.end(sums, entry, panel) ?? []),
            left.set(i32.sub(outputs.get, panel.get)),
            when(
              i32.below(i32.const(PANEL - 1), left.get),
              sums.flatMap(([first, second], i) => [
                v128.store(target(i), first.get),
                v128.store(target(i), second.get, 16),
              ]),
              sums.flatMap(([first, second], i) => [place.set(target(i)), storeFirstLanes(place, left, first, second)]),
            ),
            entry.set(i32.add(entry.get, i32.const(4 * ROWS))),
          ],
          { by: ROWS },
        ),
        weights.set(i32.add(weights.get, panelBytes.get)),
      ],
      { by: PANEL },
    ),
  ].flat();
}
