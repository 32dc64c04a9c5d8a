import type { TracedCall, TracedValue } from './traced-graph.js';

/** Calls that an output depends on, in their order: gradients are prepared for in calls that nothing else reads. */
export function neededCalls(calls: readonly TracedCall[], outputs: readonly TracedValue[]): readonly TracedCall[] {
  const wanted = new Set(outputs.map(({ id }) => id));
  const needed: TracedCall[] = [];
  for (const call of calls.toReversed()) {
    if (!call.outputs.some(({ id }) => wanted.has(id))) continue;
    for (const { id } of Object.values(call.inputs)) wanted.add(id);
    needed.push(call);
  }
  return needed.reverse();
}
