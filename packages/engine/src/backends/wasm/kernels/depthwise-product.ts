import { type Code, f32, i32, type Local, type Scope, select, when, whileTrue } from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields } from './fields.js';
import { forLanes } from './lanes.js';

/** Cells of the output that share the weights that are loaded: more sums would spill. */
const COLUMNS = 4;

export const depthwiseFields = fields(
  'x',
  'y',
  'weights',
  'bias',
  'rows',
  'columns',
  'height',
  'width',
  'size',
  'sizeAcross',
  'rowStride',
  'columnStride',
  'top',
  'left',
  'cellBytes',
  'low',
  'high',
);

/**
 * `y[row, column, channel] = bias[channel] + sum over taps of x[row and column moved by the tap, channel] * weights[tap,
 * channel]`, within limits; nothing lies outside the image. A task is a row of the output of an image. Fewer cells are
 * added around the images than a filter has, so that every window covers a part of its image.
 */
export const depthwiseProduct: Kernel = {
  name: 'depthwiseProduct',
  write(scope, [args, task]) {
    const read = depthwiseFields.read(args);
    const [image, origin, firstTap, tapRows, base, weights, output, cellBytes] = scope.locals('i32', 8);
    const [column, place, width, sizeAcross, columnStride] = scope.locals('i32', 5);
    const xRow = scope.local('i32');
    const frame = { args, base, weights, output, cellBytes, tapRows, xRow, sizeAcross, columnStride };
    const lastColumn = i32.add(i32.add(place.get, sizeAcross.get), i32.mul(columnStride.get, i32.const(COLUMNS - 1)));
    const isInside = i32.and(
      i32.and(i32.below(place.get, width.get), i32.below(lastColumn, i32.add(width.get, i32.const(1)))),
      i32.below(i32.add(column.get, i32.const(COLUMNS - 1)), read('columns')),
    );
    return [
      cellBytes.set(read('cellBytes')),
      width.set(read('width')),
      sizeAcross.set(read('sizeAcross')),
      columnStride.set(read('columnStride')),
      xRow.set(i32.mul(width.get, cellBytes.get)),
      image.set(i32.divide(task.get, read('rows'))),
      origin.set(i32.sub(task.get, i32.mul(image.get, read('rows')))),
      origin.set(i32.sub(i32.mul(origin.get, read('rowStride')), read('top'))),
      firstTap.set(before(origin.get)),
      tapRows.set(i32.sub(smaller(read('size'), i32.sub(read('height'), origin.get)), firstTap.get)),
      base.set(i32.add(i32.mul(image.get, read('height')), i32.add(origin.get, firstTap.get))),
      base.set(i32.add(read('x'), i32.mul(base.get, xRow.get))),
      weights.set(i32.add(read('weights'), i32.mul(i32.mul(firstTap.get, sizeAcross.get), cellBytes.get))),
      output.set(i32.add(read('y'), i32.mul(i32.mul(task.get, read('columns')), cellBytes.get))),
      column.set(i32.const(0)),
      whileTrue(i32.below(column.get, read('columns')), [
        place.set(i32.sub(i32.mul(column.get, columnStride.get), read('left'))),
        when(
          isInside,
          [
            writeCells(scope, frame, COLUMNS, place.get, i32.const(0), sizeAcross.get),
            next(column, i32.const(COLUMNS)),
          ],
          [
            firstTap.set(before(place.get)),
            writeCells(
              scope,
              frame,
              1,
              place.get,
              firstTap.get,
              smaller(sizeAcross.get, i32.sub(width.get, place.get)),
            ),
            next(column, i32.const(1)),
          ],
        ),
      ]),
    ];
  },
};

type Frame = Readonly<
  Record<
    'args' | 'base' | 'weights' | 'output' | 'cellBytes' | 'tapRows' | 'xRow' | 'sizeAcross' | 'columnStride',
    Local
  >
>;

/** All channels of `count` cells, whose windows begin at column `place`, by the taps [from, to) of a row. */
function writeCells(scope: Scope, frame: Frame, count: number, place: Code, from: Code, to: Code): Code {
  const { args, base, weights, output, cellBytes, tapRows, xRow, sizeAcross, columnStride } = frame;
  const [start, tapStart, channel, row, tap, across, line, weightLine, weight, step] = scope.locals('i32', 10);
  const cells = Array.from({ length: count }, () => scope.local('i32'));
  const bias = i32.load(args.get, depthwiseFields.offset('bias'));
  const weightRow = i32.mul(sizeAcross.get, cellBytes.get);
  return [
    start.set(i32.add(base.get, i32.mul(i32.add(place, from), cellBytes.get))),
    tapStart.set(i32.add(weights.get, i32.mul(from, cellBytes.get))),
    across.set(i32.sub(to, from)),
    step.set(i32.mul(columnStride.get, cellBytes.get)),
    forLanes(scope, channel, cellBytes.get, (lanes) => {
      const sums = cells.map(() => scope.local(lanes.type));
      const [factor, low, high] = scope.locals(lanes.type, 3);
      const limit = (name: 'low' | 'high'): Code => lanes.spread(f32.load(args.get, depthwiseFields.offset(name)));
      return [
        ...sums.map((sum) => sum.set(lanes.load(i32.add(bias, channel.get)))),
        line.set(i32.add(start.get, channel.get)),
        weightLine.set(i32.add(tapStart.get, channel.get)),
        scope.count(row, tapRows.get, [
          ...cells.map((cell, i) => cell.set(i === 0 ? line.get : i32.add(cells[i - 1]!.get, step.get))),
          weight.set(weightLine.get),
          scope.count(tap, across.get, [
            factor.set(lanes.load(weight.get)),
            ...sums.map((sum, i) => sum.set(lanes.add(sum.get, lanes.mul(lanes.load(cells[i]!.get), factor.get)))),
            ...cells.map((cell) => next(cell, cellBytes.get)),
            next(weight, cellBytes.get),
          ]),
          next(line, xRow.get),
          next(weightLine, weightRow),
        ]),
        low.set(limit('low')),
        high.set(limit('high')),
        line.set(i32.add(output.get, channel.get)),
        ...sums.flatMap((sum) => [
          lanes.store(line.get, lanes.smaller(lanes.larger(sum.get, low.get), high.get)),
          next(line, cellBytes.get),
        ]),
      ];
    }),
    next(output, i32.mul(cellBytes.get, i32.const(count))),
  ].flat();
}

const next = (local: Local, bytes: Code): Code => local.set(i32.add(local.get, bytes));

/** Cells of a window that lie before the image: `-origin`, or 0. */
const before = (origin: Code): Code => select(i32.below(i32.const(0x7fffffff), origin), i32.sub(i32.const(0), origin), i32.const(0)); // prettier-ignore

const smaller = (a: Code, b: Code): Code => select(i32.below(a, b), a, b);
