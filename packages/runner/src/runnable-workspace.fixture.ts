import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettledEngine } from '@twoshot/schedule';
import { StageWorkspace } from '@twoshot/keys/testing';
import type { RunEvent, RunResult } from '@twoshot/events';
import { runPipeline, type RunOptions } from './run-pipeline.js';

/** An engine that is ready at once. */
export const noEngine = (identity: string = 'none'): SettledEngine => ({
  kind: 'cpu',
  identity: (threads) => ({ backend: identity, threads }),
  ready: () => Promise.resolve(null),
  without: () => null,
});

/** A workspace whose stages can be run, with a store of its own. */
export class RunnableWorkspace extends StageWorkspace {
  static override async create(): Promise<RunnableWorkspace> {
    return new RunnableWorkspace(await realpath(await mkdtemp(join(tmpdir(), 'twoshot-run-')))).fill();
  }

  options(changes: Partial<RunOptions> = {}): RunOptions {
    return {
      workspace: this.root,
      file: this.path('pipelines/a.yaml'),
      set: [],
      store: this.path('.twoshot'),
      threads: 2,
      engine: () => Promise.resolve(noEngine()),
      draws: null,
      only: [],
      force: [],
      listener: () => undefined,
      signal: new AbortController().signal,
      ...changes,
    };
  }

  async run(stagesYaml: string, changes: Partial<RunOptions> = {}): Promise<RunResult> {
    await this.write(
      'pipelines/a.yaml',
      /^(stages|pipeline):/.test(stagesYaml) ? stagesYaml : `stages:\n${stagesYaml}`,
    );
    return runPipeline(this.options(changes));
  }
}

/** `stage status`, in topological order. */
export const statuses = ({ outcomes }: RunResult): string[] => outcomes.map(({ task, status }) => `${task} ${status}`);

export const whyOf = ({ outcomes }: RunResult, task: string): string | undefined =>
  outcomes.find((outcome) => outcome.task === task)?.why;

export const digestsOf = ({ outcomes }: RunResult): Record<string, unknown> =>
  Object.fromEntries(outcomes.map(({ task, digests }) => [task, digests]));

/** Keeps all events of a run. */
export function recorder(): { events: RunEvent[]; listener: (event: RunEvent) => void } {
  const events: RunEvent[] = [];
  return { events, listener: (event) => void events.push(event) };
}
