import { type Code, f32, f64, i32, type Local, type Scope, select, when, whileTrue } from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields } from './fields.js';
import { forLanes, type Lanes } from './lanes.js';

/** Channels of a task that merges what the chunks of rows gave. */
export const MERGED_CHANNELS = 16;

const rowNames = ['rows', 'channels', 'chunkRows'] as const;

/** Rows and addresses of the chunk that is a task. */
function chunkOf(scope: Scope, read: (name: (typeof rowNames)[number]) => Code, task: Local) {
  const [first, rows, width] = scope.locals('i32', 3);
  const left = i32.sub(read('rows'), first.get);
  return {
    rows,
    width,
    /** Address of the chunk's first row in `[rows, channels]`. */
    start: (base: Code): Code => i32.add(base, i32.mul(first.get, width.get)),
    code: [
      ...first.set(i32.mul(task.get, read('chunkRows'))),
      ...rows.set(select(i32.below(left, read('chunkRows')), left, read('chunkRows'))),
      ...width.set(i32.shiftLeft(read('channels'), i32.const(2))),
    ],
  };
}

export const momentFields = fields(...rowNames, 'x', 'sums');

/**
 * Sums of `x - shift` and of its square over a chunk of rows, as `[chunk, 2, channels]`. The shift is the chunk's first
 * row, so that a mean far from zero costs no digits.
 */
export const chunkMoments: Kernel = {
  name: 'chunkMoments',
  write(scope, [args, task]) {
    const read = momentFields.read(args);
    const chunk = chunkOf(scope, read, task);
    const [offset, address, row, to, from] = scope.locals('i32', 5);
    const body = (lanes: Lanes): Code[] => {
      const [shift, sum, square, value] = scope.locals(lanes.type, 4);
      return [
        address.set(i32.add(from.get, offset.get)),
        shift.set(lanes.load(address.get)),
        sum.set(lanes.sub(shift.get, shift.get)),
        square.set(sum.get),
        scope.count(row, chunk.rows.get, [
          value.set(lanes.sub(lanes.load(address.get), shift.get)),
          sum.set(lanes.add(sum.get, value.get)),
          square.set(lanes.add(square.get, lanes.mul(value.get, value.get))),
          address.set(i32.add(address.get, chunk.width.get)),
        ]),
        lanes.store(i32.add(to.get, offset.get), sum.get),
        lanes.store(i32.add(i32.add(to.get, chunk.width.get), offset.get), square.get),
      ];
    };
    return [
      chunk.code,
      from.set(chunk.start(read('x'))),
      to.set(i32.add(read('sums'), i32.mul(i32.mul(task.get, chunk.width.get), i32.const(2)))),
      forLanes(scope, offset, chunk.width.get, body),
    ];
  },
};

/** Runs `body` for every channel of a task, with the byte offset of the channel. */
function forChannels(scope: Scope, channels: Code, task: Local, body: (offset: Code) => readonly Code[]): Code {
  const [channel, end] = scope.locals('i32', 2);
  return [
    ...channel.set(i32.mul(task.get, i32.const(MERGED_CHANNELS))),
    ...end.set(i32.add(channel.get, i32.const(MERGED_CHANNELS))),
    ...end.set(select(i32.below(end.get, channels), end.get, channels)),
    ...whileTrue(i32.below(channel.get, end.get), [
      ...body(i32.shiftLeft(channel.get, i32.const(2))),
      channel.set(i32.add(channel.get, i32.const(1))),
    ]),
  ];
}

export const mergeMomentFields = fields(
  ...rowNames,
  'x',
  'sums',
  'chunks',
  'gamma',
  'epsilon',
  'mean',
  'variance',
  'inverse',
  'scale',
);

/** Mean and variance from the moments of all chunks (Chan, Golub and LeVeque 1979), in double precision. */
export const mergeMoments: Kernel = {
  name: 'mergeMoments',
  write(scope, [args, task]) {
    const read = mergeMomentFields.read(args);
    const [width, chunk, place, shiftPlace, left] = scope.locals('i32', 5);
    const [count, mean, spread, own, sum, change, both] = scope.locals('f64', 7);
    const at = (name: Parameters<typeof read>[0], offset: Code): Code => i32.add(read(name), offset);
    return [
      width.set(i32.shiftLeft(read('channels'), i32.const(2))),
      forChannels(scope, read('channels'), task, (offset) => [
        count.set(f64.const(0)),
        mean.set(f64.const(0)),
        spread.set(f64.const(0)),
        place.set(at('sums', offset)),
        shiftPlace.set(at('x', offset)),
        left.set(read('rows')),
        scope.count(chunk, read('chunks'), [
          own.set(f64.ofI32(select(i32.below(left.get, read('chunkRows')), left.get, read('chunkRows')))),
          left.set(i32.sub(left.get, read('chunkRows'))),
          sum.set(f64.div(f64.ofF32(f32.load(place.get)), own.get)),
          change.set(f64.sub(f64.add(f64.ofF32(f32.load(shiftPlace.get)), sum.get), mean.get)),
          both.set(f64.add(count.get, own.get)),
          spread.set(
            f64.add(
              spread.get,
              f64.add(
                f64.sub(
                  f64.ofF32(f32.load(i32.add(place.get, width.get))),
                  f64.mul(f64.mul(sum.get, sum.get), own.get),
                ),
                f64.mul(f64.mul(change.get, change.get), f64.div(f64.mul(count.get, own.get), both.get)),
              ),
            ),
          ),
          mean.set(f64.add(mean.get, f64.div(f64.mul(change.get, own.get), both.get))),
          count.set(both.get),
          place.set(i32.add(place.get, i32.shiftLeft(width.get, i32.const(1)))),
          shiftPlace.set(i32.add(shiftPlace.get, i32.mul(read('chunkRows'), width.get))),
        ]),
        spread.set(f64.max(f64.div(spread.get, count.get), f64.const(0))),
        f32.store(at('mean', offset), f32.ofF64(mean.get)),
        f32.store(at('variance', offset), f32.ofF64(spread.get)),
        spread.set(
          f64.div(
            f64.const(1),
            f64.sqrt(
              f64.add(spread.get, f64.ofF32(f32.load(args.get, 4 * mergeMomentFields.names.indexOf('epsilon')))),
            ),
          ),
        ),
        f32.store(at('inverse', offset), f32.ofF64(spread.get)),
        f32.store(at('scale', offset), f32.ofF64(f64.mul(spread.get, f64.ofF32(f32.load(at('gamma', offset)))))),
      ]),
    ];
  },
};

export const normaliseFields = fields(
  ...rowNames,
  'x',
  'y',
  'mean',
  'scale',
  'beta',
  'residual',
  'hasResidual',
  'floor',
);

/** `y = max((x - mean) scale + beta + residual, floor)`. */
export const normalise: Kernel = {
  name: 'normalise',
  write(scope, [args, task]) {
    const read = normaliseFields.read(args);
    const chunk = chunkOf(scope, read, task);
    const [offset, x, y, residual, row] = scope.locals('i32', 5);
    const [mean, scale, beta] = scope.locals('i32', 3);
    const floor = scope.local('f32');
    const at = (base: Local): Code => i32.add(base.get, offset.get);
    const next = (base: Local): Code => base.set(i32.add(base.get, chunk.width.get));
    const rows = (isAdded: boolean): Code =>
      scope.count(row, chunk.rows.get, [
        forLanes(scope, offset, chunk.width.get, (lanes) => {
          const scaled = lanes.mul(lanes.sub(lanes.load(at(x)), lanes.load(at(mean))), lanes.load(at(scale)));
          const shifted = lanes.add(scaled, lanes.load(at(beta)));
          const sum = isAdded ? lanes.add(shifted, lanes.load(at(residual))) : shifted;
          return [lanes.store(at(y), lanes.larger(sum, lanes.spread(floor.get)))];
        }),
        ...[x, y, residual].map(next),
      ]);
    return [
      chunk.code,
      x.set(chunk.start(read('x'))),
      y.set(chunk.start(read('y'))),
      residual.set(chunk.start(read('residual'))),
      mean.set(read('mean')),
      scale.set(read('scale')),
      beta.set(read('beta')),
      floor.set(f32.load(args.get, 4 * normaliseFields.names.indexOf('floor'))),
      when(read('hasResidual'), [rows(true)], [rows(false)]),
    ];
  },
};

export const gradientSumFields = fields(...rowNames, 'dy', 'x', 'y', 'mean', 'floor', 'sums');

/** Sums of `g` and of `g (x - mean)` over a chunk of rows, as `[chunk, 2, channels]`; `g` is `dy` where `y > floor`. */
export const chunkGradientSums: Kernel = {
  name: 'chunkGradientSums',
  write(scope, [args, task]) {
    const read = gradientSumFields.read(args);
    const chunk = chunkOf(scope, read, task);
    const [offset, dy, x, y, row, to] = scope.locals('i32', 6);
    const [dyStart, xStart, yStart] = scope.locals('i32', 3);
    const floor = scope.local('f32');
    const body = (lanes: Lanes): Code[] => {
      const [mean, sum, product, gradient] = scope.locals(lanes.type, 4);
      return [
        dy.set(i32.add(dyStart.get, offset.get)),
        x.set(i32.add(xStart.get, offset.get)),
        y.set(i32.add(yStart.get, offset.get)),
        mean.set(lanes.load(i32.add(read('mean'), offset.get))),
        sum.set(lanes.spread(f32.const(0))),
        product.set(sum.get),
        scope.count(row, chunk.rows.get, [
          gradient.set(lanes.whereAbove(lanes.load(y.get), lanes.spread(floor.get), lanes.load(dy.get))),
          sum.set(lanes.add(sum.get, gradient.get)),
          product.set(lanes.add(product.get, lanes.mul(gradient.get, lanes.sub(lanes.load(x.get), mean.get)))),
          ...[dy, x, y].map((place) => place.set(i32.add(place.get, chunk.width.get))),
        ]),
        lanes.store(i32.add(to.get, offset.get), sum.get),
        lanes.store(i32.add(i32.add(to.get, chunk.width.get), offset.get), product.get),
      ];
    };
    return [
      chunk.code,
      dyStart.set(chunk.start(read('dy'))),
      xStart.set(chunk.start(read('x'))),
      yStart.set(chunk.start(read('y'))),
      floor.set(f32.load(args.get, 4 * gradientSumFields.names.indexOf('floor'))),
      to.set(i32.add(read('sums'), i32.mul(i32.mul(task.get, chunk.width.get), i32.const(2)))),
      forLanes(scope, offset, chunk.width.get, body),
    ];
  },
};

export const mergeGradientFields = fields(
  ...rowNames,
  'sums',
  'chunks',
  'gamma',
  'inverse',
  'gradientGamma',
  'gradientBeta',
  'level',
  'slope',
  'scale',
);

/** Gradients of scale and shift, and `level` and `slope` of what they take from the gradient of the input. */
export const mergeGradientSums: Kernel = {
  name: 'mergeGradientSums',
  write(scope, [args, task]) {
    const read = mergeGradientFields.read(args);
    const [width, chunk, place] = scope.locals('i32', 3);
    const [sum, product, inverse, rows] = scope.locals('f64', 4);
    const at = (name: Parameters<typeof read>[0], offset: Code): Code => i32.add(read(name), offset);
    return [
      width.set(i32.shiftLeft(read('channels'), i32.const(2))),
      rows.set(f64.ofI32(read('rows'))),
      forChannels(scope, read('channels'), task, (offset) => [
        sum.set(f64.const(0)),
        product.set(f64.const(0)),
        place.set(at('sums', offset)),
        scope.count(chunk, read('chunks'), [
          sum.set(f64.add(sum.get, f64.ofF32(f32.load(place.get)))),
          product.set(f64.add(product.get, f64.ofF32(f32.load(i32.add(place.get, width.get))))),
          place.set(i32.add(place.get, i32.shiftLeft(width.get, i32.const(1)))),
        ]),
        inverse.set(f64.ofF32(f32.load(at('inverse', offset)))),
        product.set(f64.mul(product.get, inverse.get)),
        f32.store(at('gradientBeta', offset), f32.ofF64(sum.get)),
        f32.store(at('gradientGamma', offset), f32.ofF64(product.get)),
        f32.store(at('level', offset), f32.ofF64(f64.div(sum.get, rows.get))),
        f32.store(at('slope', offset), f32.ofF64(f64.div(f64.mul(product.get, inverse.get), rows.get))),
        f32.store(at('scale', offset), f32.mul(f32.load(at('gamma', offset)), f32.load(at('inverse', offset)))),
      ]),
    ];
  },
};

export const normaliseGradientFields = fields(
  ...rowNames,
  'dy',
  'x',
  'y',
  'mean',
  'scale',
  'level',
  'slope',
  'floor',
  'dx',
  'residual',
  'hasResidual',
);

/** `dx = scale (g - level - (x - mean) slope)`, and `g` as the gradient of the residual. */
export const normaliseGradient: Kernel = {
  name: 'normaliseGradient',
  write(scope, [args, task]) {
    const read = normaliseGradientFields.read(args);
    const chunk = chunkOf(scope, read, task);
    const [offset, row, dy, x, y, dx, residual] = scope.locals('i32', 7);
    const [mean, scale, level, slope] = scope.locals('i32', 4);
    const floor = scope.local('f32');
    const at = (base: Local): Code => i32.add(base.get, offset.get);
    const rows = (isResidual: boolean): Code =>
      scope.count(row, chunk.rows.get, [
        forLanes(scope, offset, chunk.width.get, (lanes) => {
          const gradient = scope.local(lanes.type);
          const along = lanes.mul(lanes.sub(lanes.load(at(x)), lanes.load(at(mean))), lanes.load(at(slope)));
          const rest = lanes.sub(lanes.sub(gradient.get, lanes.load(at(level))), along);
          return [
            gradient.set(lanes.whereAbove(lanes.load(at(y)), lanes.spread(floor.get), lanes.load(at(dy)))),
            lanes.store(at(dx), lanes.mul(rest, lanes.load(at(scale)))),
            ...(isResidual ? [lanes.store(at(residual), gradient.get)] : []),
          ];
        }),
        ...[dy, x, y, dx, residual].map((base) => base.set(i32.add(base.get, chunk.width.get))),
      ]);
    return [
      chunk.code,
      ...Object.entries({ dy, x, y, dx, residual } as const).map(([name, base]) =>
        base.set(chunk.start(read(name as 'dy'))),
      ),
      ...Object.entries({ mean, scale, level, slope }).map(([name, base]) => base.set(read(name as 'mean'))),
      floor.set(f32.load(args.get, 4 * normaliseGradientFields.names.indexOf('floor'))),
      when(read('hasResidual'), [rows(true)], [rows(false)]),
    ];
  },
};
