import type { SetupFailure, SetupProgress } from '@twoshot/engine/setup';
import type { SettledEngine } from '@twoshot/schedule';
import type { EngineChoice } from '@twoshot/engine/identity';
import { RunProblem } from '@twoshot/diagnostics';
import { asJson } from '@twoshot/artifact/canonical-json';

/** Time between two lines about the installation, in milliseconds. */
const interval = 5_000;

async function unavailable(failure: SetupFailure): Promise<RunProblem> {
  const { describeFailure } = await import('@twoshot/engine/setup');
  const { missing, fix } = describeFailure(failure);
  return new RunProblem({
    code: 'engine-unavailable',
    message: 'The engine that TWOSHOT_ENGINE selects is not available here',
    where: null,
    found: missing,
    next: fix,
  });
}

async function reportMissing({ kind, failure }: EngineChoice, report: (line: string) => void): Promise<void> {
  if (failure === null) return;
  const { describeFailure } = await import('@twoshot/engine/setup');
  const { missing, fix, cost } = describeFailure(failure);
  report(`continuing with the engine ${kind}: ${missing}; ${cost}; to fix it: ${fix}`);
}

function throttled(report: (line: string) => void): (progress: SetupProgress) => void {
  let phase = '';
  let reported = 0;
  return (progress) => {
    if (progress.phase === phase && Date.now() - reported < interval) return;
    phase = progress.phase;
    reported = Date.now();
    const share =
      progress.done === undefined || progress.total === undefined || progress.total === 0
        ? ''
        : ` (${Math.round((100 * progress.done) / progress.total)} %)`;
    report(`installing the engine: ${progress.text}${share}`);
  };
}

async function setUp(
  choice: EngineChoice,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<EngineChoice | null> {
  if (choice.ready) {
    await reportMissing(choice, report);
    return null;
  }
  const { ensureEngine } = await import('@twoshot/engine/identity');
  const ensured = await ensureEngine({ signal, onProgress: throttled(report) });
  signal.throwIfAborted();
  if (!('kind' in ensured)) throw await unavailable(ensured.failure);
  if (ensured.kind === choice.kind) return null;
  await reportMissing(ensured, report);
  return ensured;
}

function settled(choice: EngineChoice, without: (choice: EngineChoice) => EngineChoice | null): SettledEngine {
  let instead: SettledEngine | null = null;
  let done: Promise<EngineChoice | null> | null = null;
  return {
    kind: choice.kind,
    identity: (threads) => asJson(choice.identity(threads)),
    async ready(report, signal) {
      done ??= setUp(choice, report, signal);
      const other = await done;
      return other === null ? null : settled({ ...other, failure: null }, without);
    },
    without(why, report) {
      const other = without(choice);
      if (instead !== null || other === null) return instead;
      report(`continuing with the engine ${other.kind}: ${why}`);
      instead = settled(other, without);
      return instead;
    },
  };
}

/**
 * Selects the engine of a run, without loading it.
 *
 * @throws RunProblem where `TWOSHOT_ENGINE` names no engine
 */
export async function settleEngine(): Promise<SettledEngine> {
  const { chooseEngine, UnknownEngineError, withoutNative } = await import('@twoshot/engine/identity');
  try {
    return settled(chooseEngine(), withoutNative);
  } catch (error) {
    if (!(error instanceof UnknownEngineError)) throw error;
    const failure = { code: 'engine-unavailable', message: error.message, where: null } as const;
    throw new RunProblem(failure, error);
  }
}
