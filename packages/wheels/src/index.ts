export { damageOf, damageOfAll, type Scrutiny } from './contents-record.js';
export { othersMayWrite } from './others-may-write.js';
export { downloadWheel } from './download-wheel.js';
export { describeWheelFailure, tellingLines, type WheelFailure } from './failure.js';
export { fillCache, missingRoom, publish } from './fill-cache.js';
export { findPip } from './pip.js';
export { removeInstalled } from './remove-installed.js';
export { unzip } from './unzip.js';
export type { Wheel } from './wheel.js';
