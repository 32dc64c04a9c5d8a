import { expect, test } from 'vitest';
import { f32, f32x4, i16x8, i32, i32x4, memory, v128, when, type Code } from './code.js';
import { assemble, type Scope } from './module.js';
import { WebAssembly } from './web-assembly.js';

/** Runs code once and gives the first numbers of the memory. */
function run(write: (scope: Scope) => readonly Code[], count: number): Int32Array {
  const page = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(assemble([{ name: 'main', parameters: [], write }], 'page'));
  new WebAssembly.Instance(module, { env: { memory: page } }).exports['main']!();
  return new Int32Array(page.buffer).slice(0, count);
}

test('constants keep their value, whatever their length', () => {
  const values = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
  const stores = values.map((value, index) => i32.store(i32.const(0), i32.const(value), 4 * index));
  expect([...run(() => stores, values.length)]).toEqual(values);
});

test('a count runs its body for every index from 0 on, and not at all up to 0', () => {
  const found = run((scope) => {
    const [index, end] = scope.locals('i32', 2);
    const mark = i32.store(i32.shiftLeft(index.get, i32.const(2)), i32.add(index.get, i32.const(10)));
    return [
      scope.count(index, i32.const(0), [mark]),
      end.set(i32.const(5)),
      scope.count(index, end.get, [mark], { by: 2 }),
    ];
  }, 6);
  expect([...found]).toEqual([10, 0, 12, 0, 14, 0]);
});

test('a condition takes one of its branches; blocks of memory are filled and copied', () => {
  const code = [
    branch(0),
    branch(1),
    memory.fill(i32.const(8), i32.const(255), i32.const(4)),
    memory.copy(i32.const(12), i32.const(0), i32.const(8)),
  ];
  expect([...run(() => code, 5)]).toEqual([2, 1, -1, 2, 1]);
});

test('lanes are widened, compared and taken out', () => {
  const halves = run((scope) => {
    const bytes = scope.local('v128');
    const less = f32x4.below(f32x4.ofI32(i32x4.ofLowI16(bytes.get)), f32x4.splat(f32.const(-3)));
    return [
      memory.fill(i32.const(64), i32.const(2), i32.const(4)),
      memory.fill(i32.const(68), i32.const(9), i32.const(4)),
      bytes.set(i16x8.sub(v128.loadBytes(i32.const(64)), i16x8.splat(i32.const(6)))),
      i32.store(i32.const(0), i32x4.lane(i32x4.ofLowI16(bytes.get), 1)),
      i32.store(i32.const(0), i32x4.lane(i32x4.ofHighI16(bytes.get), 3), 4),
      i32.store(i32.const(0), i32x4.lane(less, 0), 8),
      i32.store(i32.const(0), i32x4.lane(i32x4.ofLowI16(i16x8.larger(i16x8.abs(bytes.get), bytes.get)), 2), 12),
    ];
  }, 4);
  expect([...halves]).toEqual([-4, 3, -1, 4]);
});

test('a module of threads takes a memory that is shared', () => {
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const module = new WebAssembly.Module(assemble([{ name: 'main', parameters: [], write: storeSeven }], 'shared'));
  new WebAssembly.Instance(module, { env: { memory: shared } }).exports['main']!();
  expect(new Int32Array(shared.buffer)[0]).toBe(7);
});

function branch(condition: number): Code {
  const store = (value: number): Code => i32.store(i32.const(0), i32.const(value), 4 * condition);
  return when(i32.const(condition), [store(1)], [store(2)]);
}

const storeSeven = (): Code[] => [i32.store(i32.const(0), i32.const(7))];
