import { expect, test } from 'vitest';
import { cacheFolder } from './index.js';

test('the cache is the user’s, unless TWOSHOT_CACHE names another', () => {
  expect(cacheFolder({ TWOSHOT_CACHE: '/own', XDG_CACHE_HOME: '/user' })).toBe('/own');
  expect(cacheFolder({ XDG_CACHE_HOME: '/user' })).toBe('/user/twoshot');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/twoshot$/);
});
