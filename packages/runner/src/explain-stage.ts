import { isNamed, unknownNames } from '@twoshot/language';
import { whyText } from '@twoshot/explain';
import { failed, type Result, success } from '@twoshot/diagnostics';
import { planPipeline, type PlanOptions } from './plan-pipeline.js';

export interface ExplainOptions extends PlanOptions {
  /** Id of a stage, or name of a stage with all its matrix points. */
  readonly stage: string;
  /** Shows the log of the result as well. */
  readonly log: boolean;
}

/** Why a stage has its result, or why it would run, as text. */
export async function explainStage(options: ExplainOptions): Promise<Result<string>> {
  const plan = await planPipeline(options);
  if (!plan.ok) return plan;
  const { stages, store } = plan.value;
  const unknown = unknownNames(
    'why',
    [options.stage],
    stages.map(({ task }) => task),
  );
  if (unknown.length > 0) return failed(...unknown);
  const texts: string[] = [];
  for (const stage of stages.filter(({ task }) => isNamed([options.stage], task))) {
    texts.push(whyText(stage, plan.value));
    if (options.log && stage.result !== null) texts.push((await store.log(stage.result.key)) ?? 'there is no log');
  }
  return success(texts.join('\n'));
}
