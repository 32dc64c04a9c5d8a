import { digestOf } from '@twoshot/artifact/canonical-json';
import { applyDefaults, threadsOf, type Declaration } from '@twoshot/stage';
import type { Bundle } from '../bundle/bundle.js';
import { bundlerVersion } from '../bundle/bundler-version.js';
import type { StageBundles } from '../bundle/stage-bundles.js';
import type { Present } from '../explain/difference.js';
import { digestsOf, keyFormat, type InputRecords } from '../key/document.js';
import { digestPath, externalPaths, nothingThere } from '../key/external-digest.js';
import { instanceSeedOf } from '../key/instance-seed.js';
import type { SettledEngine } from '../run/settled-engine.js';
import type { Task } from './task.js';

/** What keys are computed from, beside the tasks. */
export interface Surroundings {
  /** Absolute path of the workspace root. */
  readonly workspace: string;
  /** Folder under the workspace for what is known about its files. */
  readonly cache: string;
  readonly bundles: StageBundles;
  readonly engine: SettledEngine;
  /** Of a stage that takes all. */
  readonly threads: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A stage as it stands now: ready for a look-up, or to be run. */
export interface StagePresent extends Present {
  readonly bundle: Bundle;
  /** Defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly threads: number;
  /** Absolute paths of external params where nothing is; `prepare` of the stage may bring it. */
  readonly missing: readonly string[];
}

/** The params of a stage with the defaults of its declaration. */
export function filledParams({ declaration, params }: Task['node']): Readonly<Record<string, unknown>> {
  return applyDefaults(declaration, params);
}

/** Digests of what the external params of a stage name, by param. */
export async function externalDigests(
  { node }: Pick<Task, 'node'>,
  { workspace, cache }: Surroundings,
): Promise<Readonly<Record<string, string>>> {
  const paths = Object.entries(externalPaths(node.declaration, filledParams(node), workspace));
  return Object.fromEntries(
    await Promise.all(paths.map(async ([name, path]) => [name, await digestPath(path, cache)] as const)),
  );
}

/** Work that a stage may do, named before anybody knows what of it is read. */
export interface Work {
  /** Two attempts at the same work never run at once, and one goes on from the checkpoints of the other. */
  readonly name: string;
  /** The same for work that differs in how far it goes only. */
  readonly kind: string;
}

/** The graph is left out, so that a training goes on although a later part of the pipeline was changed. */
export function workOf(
  { base, readable }: Pick<StagePresent, 'base' | 'readable'>,
  { length }: Pick<Declaration, 'length'>,
): Work {
  const { params, external, instanceSeed, pipelineSeed, inputs } = readable;
  const work = { ...base, external, instanceSeed, pipelineSeed, inputs };
  const others = Object.fromEntries(Object.entries(params).filter(([name]) => name !== length));
  return { name: digestOf({ ...work, params }), kind: digestOf({ ...work, params: others }) };
}

/** Takes down all that a stage's key can depend on; its inputs must exist. */
export async function stagePresent(task: Task, inputs: InputRecords, around: Surroundings): Promise<StagePresent> {
  const { node, pipelineSeed, graph } = task;
  const { declaration } = node;
  const bundle = await around.bundles.of(node);
  const params = filledParams(node);
  const external = await externalDigests(task, around);
  const paths = externalPaths(declaration, params, around.workspace);
  const threads = threadsOf(declaration.resources, around.threads);
  return {
    bundle,
    params,
    threads,
    code: bundle.code,
    missing: Object.keys(paths)
      .filter((name) => external[name] === nothingThere)
      .map((name) => paths[name]!),
    base: {
      format: { key: keyFormat, bundler: `rolldown ${bundlerVersion()}` },
      stage: node.use,
      code: bundle.code.hash,
      inputs: digestsOf(inputs),
      env: Object.fromEntries((declaration.env ?? []).map((name) => [name, around.env[name] ?? null])),
      engine: declaration.engine === true ? around.engine.identity(threads) : null,
    },
    readable: {
      params,
      external,
      instanceSeed: instanceSeedOf(node, pipelineSeed),
      pipelineSeed,
      graph,
      inputs,
    },
  };
}
