import { boxSize, type GraphBox } from './graph-drawing.js';
import { layOut } from './graph-layout.js';
import type { Layout } from './layout-types.js';

/**
 * Places the boxes of a graph for `drawGraph`. A door of its own: this takes longer than all else about a page, so that
 * who can keep a layout imports it only where there is none.
 */
export const layOutGraph = (boxes: readonly GraphBox[]): Layout => layOut(boxes, boxSize(boxes));
