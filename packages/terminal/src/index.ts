export { columns } from './columns.js';
export { textWidth } from './width.js';
