export { Capacity } from './capacity.js';
export { limitsOf } from './limits.js';
export { schedule } from './schedule.js';
export type { SettledEngine } from './settled-engine.js';
