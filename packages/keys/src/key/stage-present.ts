import { reportedSeed, type Task } from '@twoshot/language';
import { digestOf } from '@twoshot/artifact/canonical-json';
import type { Json } from '@twoshot/artifact';
import { applyDefaults, threadsOf, type Declaration } from '@twoshot/stage';
import type { CodeRecord } from '../bundle/code-record.js';
import { bundlerVersion } from '../bundle/bundler-version.js';
import type { StageBundle, StageBundles } from '../bundle/stage-bundles.js';
import { digestsOf, keyFormat, type BaseDocument, type InputRecords, type Readable } from './document.js';
import { digestExternal, externalPaths, nothingThere } from './external-digest.js';
import { instanceSeedOf } from './instance-seed.js';

/** The engine of a run, as it enters keys. */
export interface EngineIdentity {
  /** Everything about it that a result may depend on. */
  identity(threads: number): Json;
}

/** What keys are computed from, besides the tasks. */
export interface KeyContext {
  /** Absolute path of the workspace root. */
  readonly workspace: string;
  /** Folder of the workspace for the cache of file digests. */
  readonly cache: string;
  readonly bundles: StageBundles;
  readonly engine: EngineIdentity;
  /** Threads of a stage with `threads: all`. */
  readonly threads: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that may enter the key of a stage now; what it reads is only known once it runs. */
export interface Present {
  readonly base: BaseDocument;
  readonly readable: Readable;
  /** Where the digest of the code comes from. */
  code(): CodeRecord;
}

/** The present state of a stage: ready for a look-up, or to run. */
export interface StagePresent extends Present {
  readonly bundle: StageBundle;
  /** Defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly threads: number;
  /** Absolute paths of external params where there is nothing; `prepare` of the stage may download them. */
  readonly missing: readonly string[];
}

/** The params of a stage with the defaults of its declaration. */
export function filledParams({ declaration, params }: Task['node']): Readonly<Record<string, unknown>> {
  return applyDefaults(declaration, params);
}

/** Digests of the content of a stage's external params, by param. */
export async function externalDigests(
  { node }: Pick<Task, 'node'>,
  { workspace, cache }: KeyContext,
): Promise<Readonly<Record<string, string>>> {
  const paths = Object.entries(externalPaths(node.declaration, filledParams(node), workspace));
  return Object.fromEntries(
    await Promise.all(paths.map(async ([name, path]) => [name, await digestExternal(path, cache)] as const)),
  );
}

/** Identity of a piece of work before it is known what the stage reads. */
export interface Work {
  /** Two attempts at the same work never run at once, and one resumes from the checkpoints of the other. */
  readonly name: string;
  /** The same for work that differs only in its length. */
  readonly kind: string;
}

/** The graph is left out, so that a training resumes although a later part of the pipeline was changed. */
export function workOf(
  { base, readable }: Pick<StagePresent, 'base' | 'readable'>,
  { length }: Pick<Declaration, 'length'>,
): Work {
  const { params, external, instanceSeed, pipelineSeed, inputs } = readable;
  const work = { ...base, external, instanceSeed, pipelineSeed, inputs };
  const others = Object.fromEntries(Object.entries(params).filter(([name]) => name !== length));
  return { name: digestOf({ ...work, params }), kind: digestOf({ ...work, params: others }) };
}

/** Records all that a stage's key can depend on; its inputs must exist. */
export async function stagePresent(task: Task, inputs: InputRecords, context: KeyContext): Promise<StagePresent> {
  const { node, pipelineSeed, graph } = task;
  const { declaration } = node;
  const bundle = await context.bundles.of(node);
  const params = filledParams(node);
  const external = await externalDigests(task, context);
  const paths = externalPaths(declaration, params, context.workspace);
  const threads = threadsOf(declaration.resources, context.threads);
  return {
    bundle,
    params,
    threads,
    code: () => bundle.code(),
    missing: Object.keys(paths)
      .filter((name) => external[name] === nothingThere)
      .flatMap((name) => paths[name]!),
    base: {
      format: { key: keyFormat, bundler: `rolldown ${bundlerVersion()}` },
      stage: node.use,
      code: bundle.hash,
      inputs: digestsOf(inputs),
      env: Object.fromEntries((declaration.env ?? []).map((name) => [name, context.env[name] ?? null])),
      engine: declaration.engine === true ? context.engine.identity(threads) : null,
    },
    readable: {
      params,
      external,
      instanceSeed: instanceSeedOf(node, pipelineSeed),
      pipelineSeed: reportedSeed(task),
      graph,
      inputs,
    },
  };
}
