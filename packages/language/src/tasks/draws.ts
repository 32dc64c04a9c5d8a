import { type Result, success } from '@twoshot/diagnostics';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { LoadOptions } from '../pipeline/graph.js';
import { loadPipeline } from '../pipeline/load.js';
import type { Drawn } from './task.js';

/** A range of draws, both ends included. */
export interface Draws {
  readonly first: number;
  readonly last: number;
}

/** Loads a pipeline once, or once for every draw. */
export async function loadDraws(
  file: string,
  options: LoadOptions & { readonly catalogue: Catalogue },
  draws: Draws | null,
): Promise<Result<readonly Drawn[]>> {
  if (draws === null) {
    const graph = await loadPipeline(file, options);
    return graph.ok ? success([{ draw: null, graph: graph.value }]) : graph;
  }
  const drawn: Drawn[] = [];
  for (let draw = draws.first; draw <= draws.last; draw++) {
    const graph = await loadPipeline(file, { ...options, draw });
    if (!graph.ok) return graph;
    drawn.push({ draw, graph: graph.value });
  }
  return success(drawn);
}
