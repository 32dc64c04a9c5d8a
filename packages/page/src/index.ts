export { type Chart, type ChartLine, drawChart } from './chart.js';
export { pageDocument } from './document.js';
export { drawGraph, type GraphBox } from './graph-drawing.js';
export { css, html, type Markup } from './markup.js';
export { describeProtocol } from './protocol.js';
export { section } from './section.js';
export { duration, readable } from './wording.js';
