import { expect, test } from 'vitest';
import { engineUnderTest } from './engine-under-test.js';

test('TWOSHOT_TEST_ENGINE decides what tests run on, whatever a run would take', () => {
  expect(engineUnderTest({ TWOSHOT_TEST_ENGINE: 'wasm', TWOSHOT_ENGINE: 'cpu' })).toBe('wasm');
  expect(() => engineUnderTest({ TWOSHOT_TEST_ENGINE: 'nativ' })).toThrow(
    "TWOSHOT_TEST_ENGINE is 'nativ'; expected one of cuda, native, wasm, cpu",
  );
});

test('an engine that is not set up is not waited for: tests go on with WASM', () => {
  expect(engineUnderTest({ TWOSHOT_CACHE: '/nowhere', PATH: process.env['PATH'] })).toBe('wasm');
  expect(engineUnderTest({ TWOSHOT_CACHE: '/nowhere', TWOSHOT_ENGINE: 'native' })).toBe('wasm');
  expect(engineUnderTest({ TWOSHOT_ENGINE: 'cpu' })).toBe('cpu');
});
