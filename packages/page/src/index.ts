export { pageDocument } from './document.js';
export { drawGraph, type GraphBox } from './graph-drawing.js';
export { describeProtocol } from './protocol.js';
export { duration, escape, readable } from './wording.js';
