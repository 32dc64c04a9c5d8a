export { type Chart, type ChartLine, drawChart } from './chart.js';
export { pageDocument } from './document.js';
export { boxSize, drawGraph, type GraphBox } from './graph-drawing.js';
export type { Layout } from './layout-types.js';
export { css, html, type Markup } from './markup.js';
export { describeFigure, describeProtocol } from './protocol.js';
export { section } from './section.js';
export { style } from './style.js';
export { duration, readable } from './wording.js';
