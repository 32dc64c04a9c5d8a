export * as tf from './tf.js';
export { startEngine } from './start.js';
