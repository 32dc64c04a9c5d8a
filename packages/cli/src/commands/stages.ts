import { commandLine, nearest } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import { discoverCatalogue, loadAllStages, loadStage, pipelineSchema, type Catalogue } from '@twoshot/language';
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
  writeLine(environment.stdout, stageText(stage.value, widthOf(environment)));
  return exitCodes.done;
}

/** Of a terminal; of a pipe or a file, one that pagers and editors show. */
const widthOf = ({ stdout }: Environment): number => Math.min(stdout.columns ?? 120, 160);

/** `twoshot stages` */
export const stages: Command = async (invocation, environment) => {
  const catalogue = await discoverCatalogue(environment.workspace);
  if (!catalogue.ok) return showFailures(catalogue.failures, environment);
  const [name] = invocation.args;
  if (name !== undefined) return one(name, catalogue.value, environment);
  const loaded = await loadAllStages(catalogue.value);
  if (!loaded.ok) return showFailures(loaded.failures, environment);
  const schema = isGiven(invocation, 'schema');
  writeLine(
    environment.stdout,
    schema ? JSON.stringify(pipelineSchema(loaded.value), null, 2) : listText(loaded.value, widthOf(environment)),
  );
  return exitCodes.done;
};
