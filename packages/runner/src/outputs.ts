import { constants } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageOutcome } from '@twoshot/events';
import type { Graph } from '@twoshot/language';
import type { Store } from '@twoshot/store';

/** Copies one artifact out of the store: a single file under the name given, more of them as a folder of that name. */
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

/**
 * Copies the outputs of a pipeline that came to a result into a folder.
 *
 * @param draw the draw that `graph` stands for; its outcomes are told apart by it
 * @returns absolute paths by the name of the output
 */
export async function copyOutputs(
  graph: Graph,
  draw: number | null,
  outcomes: readonly StageOutcome[],
  store: Store,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const paths: Record<string, string> = {};
  for (const { name, stage, port, fileName } of graph.outputs) {
    const outcome = outcomes.find((each) => each.stage === stage && (each.draw === null || each.draw === draw));
    const digest = outcome?.digests[port];
    if (digest === undefined) continue;
    await mkdir(folder, { recursive: true });
    paths[name] = join(folder, fileName);
    await handOut(await store.materialise(digest), paths[name]);
  }
  return paths;
}
