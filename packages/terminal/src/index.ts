export { columns } from './columns.js';
export { printable, printableLine } from './printable.js';
export { textWidth } from './width.js';
