import { type Graph, historyName } from '@twoshot/language';
import type { Store } from '@twoshot/store';

/** A model artifact. */
export interface StoredModel {
  /** Its folder, which must not be written to. */
  readonly path: string;
  /** What to call it in messages. */
  readonly from: string;
}

/**
 * The models that a pipeline made last: those among its outputs, or else all.
 *
 * @returns null where nothing of it was ever run
 */
export async function modelsOfPipeline(graph: Graph, store: Store): Promise<readonly StoredModel[] | null> {
  const { name: pipeline, outputs, stages } = graph;
  const isOutput = (stage: string, port: string): boolean =>
    outputs.some((output) => output.stage === stage && output.port === port);
  const models: (StoredModel & { readonly isOutput: boolean })[] = [];
  let wasRun = false;
  for (const { id } of stages) {
    const key = (await store.history(historyName({ graph: { pipeline }, node: { id } }))).at(-1);
    const manifest = key === undefined ? null : await store.result(key);
    wasRun ||= manifest !== null;
    for (const [port, { kind, digest }] of Object.entries(manifest?.outputs ?? {}))
      if (kind === 'model' && (await store.hasArtifact(digest)))
        models.push({ path: await store.materialise(digest), from: `${id}.${port}`, isOutput: isOutput(id, port) });
  }
  if (!wasRun) return null;
  const chosen = models.filter((model) => model.isOutput);
  return chosen.length > 0 ? chosen : models;
}
