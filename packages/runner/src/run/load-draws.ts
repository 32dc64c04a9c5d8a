import type { Catalogue } from '../catalogue/catalogue.js';
import { success, type Result } from '../diagnostics/failure.js';
import type { LoadOptions } from '../pipeline/graph.js';
import { loadPipeline } from '../pipeline/load.js';
import type { Drawn } from '../schedule/task.js';
import type { StageOutcome } from './events.js';

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

/** Whether several draws came to one and the same result, so that a mean over them would say nothing. */
export function drawsAreOne(outcomes: readonly StageOutcome[]): boolean {
  const keys = new Map<string, Set<string | null>>();
  const drawn = outcomes.filter(({ draw }) => draw !== null);
  for (const { stage, key } of drawn) keys.set(stage, (keys.get(stage) ?? new Set()).add(key));
  const isShared = [...keys.values()].every((own) => own.size === 1 && !own.has(null));
  return new Set(drawn.map(({ draw }) => draw)).size > 1 && isShared;
}
