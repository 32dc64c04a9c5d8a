import { describeCauses } from '@twoshot/keys';
import { duration } from '@twoshot/page';
import { columns } from '@twoshot/terminal';
import { expectedSeconds, type Plan, type PlannedStage } from './plan.js';

/** Why a stage would run, or what has to be known first. */
export function reasonOf({ state, causes, after, missing }: PlannedStage): string {
  if (state === 'cached') return 'unchanged';
  if (missing.length > 0) return `unknown until ${missing.join(', ')} has been downloaded`;
  if (after.length > 0) return `unknown until ${after.join(', ')} has run`;
  return describeCauses(causes);
}

/** A plan as lines of text. */
export function planText({ pipeline, stages }: Plan): string {
  const rows = stages.map((stage) => {
    const expected = stage.state === 'cached' ? null : expectedSeconds(stage);
    return [
      stage.task.id,
      stage.task.node.use,
      stage.state,
      stage.state === 'cached' ? '' : expected === null ? '?' : duration(expected),
      reasonOf(stage),
    ];
  });
  return [pipeline, ...columns([['stage', 'use', 'would', 'expected', 'why'], ...rows], '  '), summary(stages)].join(
    '\n',
  );
}

function summary(stages: readonly PlannedStage[]): string {
  const count = (state: PlannedStage['state']): number => stages.filter((stage) => stage.state === state).length;
  const open = stages.filter(({ state }) => state !== 'cached');
  if (open.length === 0) return `all ${stages.length} stages are cached`;
  const known = open.flatMap((stage) => expectedSeconds(stage) ?? []);
  const sum = known.reduce((total, seconds) => total + seconds, 0);
  const unknown = open.length - known.length;
  const time =
    known.length === 0
      ? 'no earlier run shows how long it takes'
      : `at most ${duration(sum)} of work, judging by earlier runs${unknown === 0 ? '' : `, ${unknown} without an earlier run`}`;
  return `${count('cached')} cached, ${count('run')} to run, ${count('unknown')} unknown; ${time}`;
}
