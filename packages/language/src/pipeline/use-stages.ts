import { describeValue, type Failure, listNames, nearest, quote, type Result } from '@twoshot/diagnostics';
import type { Catalogue, LoadedStage, StageLoader } from '../catalogue/catalogue.js';
import type { StageBlock } from './document.js';
import { plain } from '../yaml/located.js';

/** Loads the stages that a pipeline uses, and no others. */
export async function useStages(
  blocks: ReadonlyMap<string, StageBlock>,
  catalogue: Catalogue,
  load: StageLoader,
): Promise<{ stages: ReadonlyMap<string, LoadedStage>; failures: Failure[] }> {
  const failures: Failure[] = [];
  const loading = new Map<string, Promise<Result<LoadedStage>>>();
  for (const { use } of blocks.values()) {
    const entry = catalogue.get(String(plain(use)));
    if (entry !== undefined && !loading.has(entry.name)) loading.set(entry.name, load(entry));
  }
  const stages = new Map<string, LoadedStage>();
  const reported = new Set<string>();
  for (const block of blocks.values()) {
    const name = plain(block.use);
    const loaded = typeof name === 'string' ? await loading.get(name) : undefined;
    if (loaded === undefined) {
      failures.push(unknown(block, catalogue));
    } else if (loaded.ok) {
      stages.set(block.name, loaded.value);
    } else if (!reported.has(String(name))) {
      reported.add(String(name));
      for (const failure of loaded.failures) failures.push({ ...failure, where: failure.where ?? block.use.where });
    }
  }
  return { stages, failures };
}

function unknown({ name, use }: StageBlock, catalogue: Catalogue): Failure {
  const found = plain(use);
  if (typeof found !== 'string') {
    return {
      code: 'wrong-shape',
      message: `\`use\` of ${quote(name)} is not a name`,
      where: use.where,
      expected: '`family/implementation`',
      found: describeValue(found),
      next: 'npx twoshot stages',
    };
  }
  const near = nearest(found, catalogue.keys());
  return {
    code: 'unknown-stage',
    message: `no package offers the stage ${quote(found)}`,
    where: use.where,
    expected: `one of ${listNames(catalogue.keys())}`,
    found: quote(found),
    ...(near === null ? {} : { nearest: near }),
    next: 'npx twoshot stages',
  };
}
