import { expect, test } from 'vitest';
import { chooseThreads, ThreadCountError } from './threads.js';

const on16 = (value?: string): Parameters<typeof chooseThreads>[1] => ({
  env: value === undefined ? {} : { TWOSHOT_THREADS: value },
  cores: () => 16,
});

test('what is asked for goes before TWOSHOT_THREADS, and that before the cores', () => {
  expect(chooseThreads(3, on16('5'))).toEqual({ threads: 3, from: 'the option --threads' });
  expect(chooseThreads(undefined, on16('5'))).toEqual({ threads: 5, from: 'TWOSHOT_THREADS' });
  expect(chooseThreads(undefined, on16(''))).toEqual({ threads: 16, from: 'the cores of the machine' });
  expect(chooseThreads(undefined, on16())).toEqual({ threads: 16, from: 'the cores of the machine' });
});

test.each(['0', '-1', '1.5', 'all', '1025', ' 2'])('TWOSHOT_THREADS=%s is refused', (value) => {
  expect(() => chooseThreads(undefined, on16(value))).toThrow(ThreadCountError);
  expect(() => chooseThreads(undefined, on16(value))).toThrow(
    `TWOSHOT_THREADS is '${value}'; expected an integer from 1 to 1024, or unset for one thread per core`,
  );
});
