import { boxSize, type GraphBox } from './graph-drawing.js';
import { layOut } from './graph-layout.js';
import type { Layout } from './layout-types.js';

/**
 * Places the boxes of a graph for `drawGraph`. A separate entry point: this takes longer than the rest of a page, so
 * callers that store layouts import it only when they have none.
 */
export const layOutGraph = (boxes: readonly GraphBox[]): Layout => layOut(boxes, boxSize(boxes));
