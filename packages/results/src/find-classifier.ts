import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactError, type ModelDocument, readModelDocument } from '@twoshot/artifact';
import { failed, type Result, success } from '@twoshot/diagnostics';
import { findPipeline, loadPipeline } from '@twoshot/language';
import { openStore } from '@twoshot/store';
import { modelsOfPipeline, type StoredModel } from './models-of-pipeline.js';
import { noClassifier, noRun, noSuchResult, severalClassifiers, unreadable } from './result-failures.js';

/** A model that a user named. */
export interface FoundModel extends StoredModel {
  readonly document: ModelDocument;
}

export interface Search {
  /** What the user typed: a pipeline, the id or folder of a run, or the folder of a model. */
  readonly result: string;
  readonly workspace: string;
  readonly cwd: string;
  /** Address of the store. */
  readonly store: string;
}

/** Finds the one model with a classifier that a result holds: of a pipeline, in what it made last. */
export async function findClassifier(search: Search): Promise<Result<FoundModel>> {
  const { result, cwd, workspace, store } = search;
  for (const folder of [resolve(cwd, result), join(store, 'runs', result)])
    if (await isFolder(folder)) return choose(search, await modelsIn(folder));
  const file = await findPipeline(result, workspace, cwd);
  if (!file.ok) return failed(noSuchResult(search, file.failures));
  const graph = await loadPipeline(file.value, { workspace, set: [], cwd });
  if (!graph.ok) return graph;
  const opened = await openStore(store, workspace, 'read');
  if (!opened.ok) return opened;
  const made = await modelsOfPipeline(graph.value, opened.value);
  return made === null ? failed(noRun(search)) : choose(search, made);
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() === true;

const isModel = async (path: string): Promise<boolean> =>
  (await stat(join(path, 'model.json')).catch(() => null)) !== null;

/** The model that a folder is, or those among the outputs of a run. */
async function modelsIn(folder: string): Promise<StoredModel[]> {
  if (await isModel(folder)) return [{ path: folder, from: folder }];
  const outputs = join(folder, 'outputs');
  const names = await readdir(outputs).catch(() => []);
  const found: StoredModel[] = [];
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const path = join(outputs, name);
    if (await isModel(path)) found.push({ path, from: path });
  }
  return found;
}

async function choose(search: Search, models: readonly StoredModel[]): Promise<Result<FoundModel>> {
  const found: FoundModel[] = [];
  for (const model of models)
    try {
      const document = await readModelDocument(model.path);
      const types = Object.values(document.parts).map(({ type }) => type);
      if (types.includes('classifier')) found.push({ ...model, document });
    } catch (error) {
      if (error instanceof ArtifactError) return failed(unreadable(search, error.message));
      throw error;
    }
  const [only] = found;
  if (only === undefined) return failed(noClassifier(search, models));
  return found.length === 1 ? success(only) : failed(severalClassifiers(search, found));
}
