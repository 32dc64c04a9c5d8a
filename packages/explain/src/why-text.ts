import { type Cause, describeCause, describeRoot } from '@twoshot/keys';
import { duration } from '@twoshot/page';
import type { Manifest } from '@twoshot/store';
import { reasonOf } from './plan-text.js';
import type { Plan, PlannedStage } from './plan.js';

const date = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);

const short = (key: string): string => key.slice(0, 12);

/** One cause per line; the origin of an input's change is below it. */
const causeLines = (causes: readonly Cause[], indent: string): string[] =>
  causes.flatMap((cause) => {
    if (cause.type !== 'input') return [`${indent}${describeCause(cause)}`];
    const roots = cause.roots.map((root) => `${indent}  ${describeRoot(root)}`);
    return [`${indent}${describeCause({ ...cause, roots: [] })}`, ...roots];
  });

const resultLine = ({ key, finished, seconds, run }: Manifest): string =>
  `${short(key)} of ${date(finished)} UTC, ${duration(seconds)}, run ${run}`;

function cachedLines(result: Manifest): string[] {
  return [
    `  result  ${resultLine(result)}`,
    '  it was produced because',
    ...causeLines(result.causes, '    '),
    '  log     add --log to show it',
    `  key     ${result.key}`,
  ];
}

function openLines(stage: PlannedStage, plan: Plan): string[] {
  if (stage.state === 'unknown') {
    const above = stage.after.map((id) => plan.stages.find(({ task }) => task.id === id)!);
    return [`  ${reasonOf(stage)}`, ...above.map((source) => `    ${source.task.id}: ${reasonOf(source)}`)];
  }
  return [
    '  because',
    ...causeLines(stage.causes, '    '),
    ...(stage.compared === null ? [] : [`  compared with ${resultLine(stage.compared)}`]),
  ];
}

const states = { cached: 'cached', run: 'would run', unknown: 'unknown' } as const;

/** Why one stage has its result, or why it would run. */
export function whyText(stage: PlannedStage, plan: Plan): string {
  const { task, state, result } = stage;
  return [
    `${task.id} (${task.node.use}): ${states[state]}`,
    ...(result === null ? openLines(stage, plan) : cachedLines(result)),
  ].join('\n');
}
