import { commandLine, nearest } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import {
  discoverCatalogue,
  loadAllStages,
  loadStage,
  pipelineSchema,
  type Catalogue,
  type LoadedStage,
} from '@twoshot/language';
import type { Command } from '../command.js';
import { writeLine, type Environment } from '../environment.js';
import { showFailures } from '../failures.js';
import { isGiven } from '../option-values.js';
import { listText, stageText } from '../stage-text.js';

async function one(name: string, catalogue: Catalogue, environment: Environment): Promise<number> {
  const entry = catalogue.get(name);
  if (entry === undefined) {
    const near = nearest(name, catalogue.keys());
    const failure = {
      code: 'unknown-stage',
      message: `there is no stage \`${name}\``,
      where: { file: commandLine, line: 1, column: 8, length: name.length, text: `stages ${name}` },
      ...(near === null ? {} : { nearest: near }),
      next: 'twoshot stages',
    } as const;
    return showFailures([failure], environment);
  }
  const stage = await loadStage(entry);
  if (!stage.ok) return showFailures(stage.failures, environment);
  writeLine(environment.stdout, stageText(stage.value));
  return exitCodes.done;
}

const show = (stages: readonly LoadedStage[], schema: boolean): string =>
  schema ? JSON.stringify(pipelineSchema(stages), null, 2) : listText(stages);

/** `twoshot stages` */
export const stages: Command = async (invocation, environment) => {
  const catalogue = await discoverCatalogue(environment.workspace);
  if (!catalogue.ok) return showFailures(catalogue.failures, environment);
  const [name] = invocation.args;
  if (name !== undefined) return one(name, catalogue.value, environment);
  const loaded = await loadAllStages(catalogue.value);
  if (!loaded.ok) return showFailures(loaded.failures, environment);
  writeLine(environment.stdout, show(loaded.value, isGiven(invocation, 'schema')));
  return exitCodes.done;
};
