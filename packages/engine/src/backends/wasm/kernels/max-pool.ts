import { type Code, i32, type Local, memory, type Scope } from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields } from './fields.js';
import { forLanes, type Lanes } from './lanes.js';

export const poolFields = fields(
  'x',
  'y',
  'dy',
  'dx',
  'rows',
  'columns',
  'size',
  'sizeAcross',
  'xImage',
  'xRow',
  'xColumn',
  'rowStep',
  'columnStep',
  'yImage',
  'cellBytes',
);

type Read = (name: (typeof poolFields.names)[number]) => Code;

/**
 * Visits the cells of the output image of a task: `cell` sees where its window starts in `x`, counted from the start of
 * the image, and where it lies in `y`.
 */
function forCells(scope: Scope, read: Read, cell: (window: Code, output: Code) => readonly Code[]): Code {
  const [row, column, line, window, output] = scope.locals('i32', 5);
  return [
    ...line.set(i32.const(0)),
    ...output.set(i32.const(0)),
    ...scope.count(row, read('rows'), [
      window.set(line.get),
      scope.count(column, read('columns'), [
        ...cell(window.get, output.get),
        window.set(i32.add(window.get, read('columnStep'))),
        output.set(i32.add(output.get, read('cellBytes'))),
      ]),
      line.set(i32.add(line.get, read('rowStep'))),
    ]),
  ];
}

/** Visits the cells of a window; `place` is moved over them. */
function forWindow(scope: Scope, read: Read, place: Local, start: Code, body: readonly Code[]): Code {
  const [down, across, line] = scope.locals('i32', 3);
  return [
    ...line.set(start),
    ...scope.count(down, read('size'), [
      place.set(line.get),
      scope.count(across, read('sizeAcross'), [...body, place.set(i32.add(place.get, read('xColumn')))]),
      line.set(i32.add(line.get, read('xRow'))),
    ]),
  ];
}

/** The largest value of every window, without padding. A task is an image. */
export const maxPool: Kernel = {
  name: 'maxPool',
  write(scope, [args, task]) {
    const read = poolFields.read(args);
    const [offset, place, x, y] = scope.locals('i32', 4);
    return [
      x.set(i32.add(read('x'), i32.mul(task.get, read('xImage')))),
      y.set(i32.add(read('y'), i32.mul(task.get, read('yImage')))),
      forCells(scope, read, (window, output) => [
        forLanes(scope, offset, read('cellBytes'), (lanes: Lanes) => {
          const largest = scope.local(lanes.type);
          const start = i32.add(i32.add(x.get, window), offset.get);
          return [
            largest.set(lanes.load(start)),
            forWindow(scope, read, place, start, [largest.set(lanes.larger(largest.get, lanes.load(place.get)))]),
            lanes.store(i32.add(i32.add(y.get, output), offset.get), largest.get),
          ];
        }),
      ]),
    ];
  },
};

/** Gives every gradient to the first largest cell of its window. */
export const maxPoolGradient: Kernel = {
  name: 'maxPoolGradient',
  write(scope, [args, task]) {
    const read = poolFields.read(args);
    const [offset, place, image, y, target, moved] = scope.locals('i32', 6);
    return [
      image.set(i32.mul(task.get, read('xImage'))),
      y.set(i32.mul(task.get, read('yImage'))),
      memory.fill(i32.add(read('dx'), image.get), i32.const(0), read('xImage')),
      forCells(scope, read, (window, output) => [
        forLanes(scope, offset, read('cellBytes'), (lanes: Lanes) => {
          const [largest, left, given] = scope.locals(lanes.type, 3);
          const cell = i32.add(i32.add(y.get, output), offset.get);
          return [
            largest.set(lanes.load(i32.add(read('y'), cell))),
            left.set(lanes.load(i32.add(read('dy'), cell))),
            moved.set(i32.sub(read('dx'), read('x'))),
            forWindow(scope, read, place, i32.add(i32.add(i32.add(read('x'), image.get), window), offset.get), [
              given.set(lanes.whereEqual(lanes.load(place.get), largest.get, left.get)),
              left.set(lanes.sub(left.get, given.get)),
              target.set(i32.add(place.get, moved.get)),
              lanes.store(target.get, lanes.add(lanes.load(target.get), given.get)),
            ]),
          ];
        }),
      ]),
    ];
  },
};
