import { constants } from 'node:fs';
import { chmod, copyFile, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderIn } from '@twoshot/disk';
import type { StageOutcome } from '@twoshot/events';
import type { Graph } from '@twoshot/language';
import { quote, RunProblem } from '@twoshot/diagnostics';
import { DamagedArtifactError, type Store } from '@twoshot/store';

/** Copies one artifact out of the store: a single file under the given name, several files as a folder of that name. */
async function handOut(artifact: string, target: string): Promise<void> {
  const entries = await readdir(artifact, { withFileTypes: true });
  const [single] = entries;
  if (entries.length === 1 && single?.isFile() === true) {
    await copyFile(join(artifact, single.name), target, constants.COPYFILE_FICLONE);
    // Files of the store are read-only; this one belongs to the user.
    await chmod(target, 0o644);
  } else {
    await cp(artifact, target, { recursive: true });
  }
}

async function whole(digest: string, output: string, store: Store): Promise<string> {
  try {
    return await store.materialise(digest);
  } catch (error) {
    if (!(error instanceof DamagedArtifactError)) throw error;
    throw new RunProblem({
      code: 'store-damaged',
      message: `The output ${quote(output)} is not what was stored`,
      where: null,
      expected: `what was stored at ${error.path}`,
      found: 'another content',
      next: 'run it again: what is damaged is made again',
    });
  }
}

/**
 * Copies the outputs of a pipeline that have a result into a folder.
 *
 * @param folder in `runFolder`, which is there
 * @param draw the draw of `graph`, which selects its outcomes
 * @returns absolute paths by the name of the output
 * @throws RunProblem where one is damaged
 */
export async function copyOutputs(
  graph: Graph,
  draw: number | null,
  outcomes: readonly StageOutcome[],
  store: Store,
  folder: string,
  runFolder: string,
): Promise<Readonly<Record<string, string>>> {
  const paths: Record<string, string> = {};
  for (const { name, stage, port, fileName } of graph.outputs) {
    const outcome = outcomes.find((each) => each.stage === stage && (each.draw === null || each.draw === draw));
    const digest = outcome?.digests[port];
    if (digest === undefined) continue;
    await makeFolderIn(runFolder, folder);
    paths[name] = join(folder, fileName);
    await handOut(await whole(digest, name, store), paths[name]);
  }
  return paths;
}
