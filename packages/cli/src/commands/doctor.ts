import { statfs } from 'node:fs/promises';
import type { EngineFacts } from '@twoshot/engine/setup';
import { exitCodes } from '@twoshot/events';
import type { Command } from '../command.js';
import { factLines, speedText } from '../doctor-text.js';
import { writeLine } from '../environment.js';

async function speedLine(): Promise<string> {
  const { EngineUnavailableError, measureEngine } = await import('@twoshot/engine/setup');
  try {
    return speedText(await measureEngine());
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return `the engine cannot be measured: ${error.message}`;
  }
}

/** `twoshot doctor` */
export const doctor: Command = async (_, { stdout, stderr, workspace, signal }) => {
  const [{ gatherEngineFacts }, { UnknownEngineError }, { ThreadCountError }] = await Promise.all([
    import('@twoshot/engine/setup'),
    import('@twoshot/engine/identity'),
    import('@twoshot/machine'),
  ]);
  let facts: EngineFacts;
  try {
    facts = await gatherEngineFacts(signal);
  } catch (error) {
    if (!(error instanceof UnknownEngineError || error instanceof ThreadCountError)) throw error;
    writeLine(stderr, error.message);
    return exitCodes.mistake;
  }
  const { bavail, bsize } = await statfs(workspace);
  for (const line of factLines(facts, { workspace, free: bavail * bsize })) writeLine(stdout, line);
  if (facts.ready) writeLine(stdout, await speedLine());
  return exitCodes.done;
};
