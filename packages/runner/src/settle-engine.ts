import type { SetupFailure, SetupProgress } from '@twoshot/engine/setup';
import type { SettledEngine } from '@twoshot/schedule';
import type { EngineChoice } from '@twoshot/engine/identity';
import { RunProblem } from '@twoshot/diagnostics';
import { asJson } from '@twoshot/artifact/canonical-json';

/** Time between two lines about the set-up. */
const interval = 5_000;

async function unavailable(failure: SetupFailure): Promise<RunProblem> {
  const { describeFailure } = await import('@twoshot/engine/setup');
  const { missing, fix } = describeFailure(failure);
  return new RunProblem({
    code: 'engine-unavailable',
    message: 'The engine that TWOSHOT_ENGINE asks for cannot be had here',
    where: null,
    found: missing,
    next: fix,
  });
}

async function tellWhatIsMissing({ kind, failure }: EngineChoice, tell: (line: string) => void): Promise<void> {
  if (failure === null) return;
  const { describeFailure } = await import('@twoshot/engine/setup');
  const { missing, fix, cost } = describeFailure(failure);
  tell(`going on with the engine ${kind}: ${missing}; ${cost}; to fix it: ${fix}`);
}

function steadily(tell: (line: string) => void): (progress: SetupProgress) => void {
  let phase = '';
  let told = 0;
  return (progress) => {
    if (progress.phase === phase && Date.now() - told < interval) return;
    phase = progress.phase;
    told = Date.now();
    const share =
      progress.done === undefined || progress.total === undefined || progress.total === 0
        ? ''
        : ` (${Math.round((100 * progress.done) / progress.total)} %)`;
    tell(`setting up the engine: ${progress.text}${share}`);
  };
}

async function setUp(
  choice: EngineChoice,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<EngineChoice | null> {
  if (choice.ready) {
    await tellWhatIsMissing(choice, tell);
    return null;
  }
  const { ensureEngine } = await import('@twoshot/engine/identity');
  const ensured = await ensureEngine({ signal, onProgress: steadily(tell) });
  signal.throwIfAborted();
  if (!('kind' in ensured)) throw await unavailable(ensured.failure);
  if (ensured.kind === choice.kind) return null;
  await tellWhatIsMissing(ensured, tell);
  return ensured;
}

function settled(choice: EngineChoice, without: (choice: EngineChoice) => EngineChoice | null): SettledEngine {
  let instead: SettledEngine | null = null;
  let done: Promise<EngineChoice | null> | null = null;
  return {
    kind: choice.kind,
    identity: (threads) => asJson(choice.identity(threads)),
    async ready(tell, signal) {
      done ??= setUp(choice, tell, signal);
      const other = await done;
      return other === null ? null : settled({ ...other, failure: null }, without);
    },
    without(why, tell) {
      const other = without(choice);
      if (instead !== null || other === null) return instead;
      tell(`going on with the engine ${other.kind}: ${why}`);
      instead = settled(other, without);
      return instead;
    },
  };
}

/**
 * Settles the engine of a run, without loading it.
 *
 * @throws RunProblem where `TWOSHOT_ENGINE` names none
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
