import type { RunError, RunResult, StageStatus } from '@twoshot/events';
import { describeFigure, describeProtocol, duration } from '@twoshot/page';
import { columns } from '@twoshot/terminal';
import { formatFailure } from '@twoshot/diagnostics';
import { sweepRows } from './sweep-table.js';

/** From this many rows, the draws of a stage share one row. */
const maxRows = 40;

function stageRows({ outcomes }: RunResult): string[][] {
  if (outcomes.length <= maxRows)
    return outcomes.map(({ task, use, status, seconds, why }) => [
      task,
      use,
      status,
      seconds > 0 ? duration(seconds) : '',
      why,
    ]);
  const stages = [...new Set(outcomes.map(({ stage }) => stage))];
  return stages.map((stage) => {
    const own = outcomes.filter((outcome) => outcome.stage === stage);
    const seconds = own.reduce((sum, outcome) => sum + outcome.seconds, 0);
    return [
      stage,
      own[0]!.use,
      counts(own.map(({ status }) => status)),
      seconds > 0 ? duration(seconds) : '',
      own.length === 1 ? own[0]!.why : '',
    ];
  });
}

function counts(statuses: readonly StageStatus[]): string {
  const all: readonly StageStatus[] = ['ran', 'cached', 'failed', 'skipped'];
  return all
    .map((status) => [statuses.filter((each) => each === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
    .join(', ');
}

/** The metrics of stages without a matrix; the others are in tables of their own. */
function metricRows({ metrics, sweeps }: RunResult): string[][] {
  const swept = new Set(sweeps.map(({ stage }) => stage));
  const single = Object.entries(metrics).filter(([stage]) => !swept.has(stage.split('@', 1)[0]!));
  return single.flatMap(([stage, { values, protocol, draws }]) =>
    Object.entries(values).map(([name, { mean, interval }]) => [
      `${stage}.${name}`,
      describeFigure(mean, protocol),
      interval === null ? '' : `95 %: ${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}`,
      describeProtocol(protocol, draws),
    ]),
  );
}

/** An error in words. */
export function errorText({ stage, message, stack, failure, file, line, column }: RunError): string {
  if (failure !== null) return stage === null ? formatFailure(failure) : `${stage}: ${formatFailure(failure)}`;
  const place = file === null ? '' : `${[file, line, column].filter((part) => part !== null).join(':')}: `;
  // The stack of an error starts with its message.
  const text = stack === null ? message : stack.includes(message) ? stack : `${message}\n${stack}`;
  return `${stage === null ? '' : `${stage} failed: `}${place}${text}`;
}

const indented = (rows: readonly (readonly string[])[]): string[] => columns(rows, '  ');

/** Time that the cached results originally took; a result shared by draws counts once. */
function savedSeconds(outcomes: RunResult['outcomes']): number {
  const cached = outcomes.filter(({ status }) => status === 'cached');
  const made = new Map(cached.map(({ key, resultSeconds }) => [key, resultSeconds ?? 0]));
  return [...made.values()].reduce((sum, seconds) => sum + seconds, 0);
}

/** Summary of a run: the table of its stages, metrics, outputs and errors. */
export function closingText(result: RunResult): string {
  const { outcomes, sweeps, outputs, errors, error, seconds, status, pipeline, directory } = result;
  const lines: string[] = [];
  if (outcomes.length > 0) {
    const saved = savedSeconds(outcomes);
    lines.push('', ...indented([['stage', 'use', 'state', 'time', 'why'], ...stageRows(result)]), '');
    lines.push(
      `${pipeline} ${status} in ${duration(seconds)}: ${counts(outcomes.map((outcome) => outcome.status))}${saved > 0 ? `; ${duration(saved)} saved` : ''}`,
    );
  }
  lines.push(...indented(metricRows(result)));
  for (const sweep of sweeps) {
    const { rows, protocol } = sweepRows(sweep);
    lines.push('', ...indented(rows), `  ${protocol}`, '');
  }
  if (Object.keys(outputs).length > 0) lines.push(...indented(outputRows(outputs)));
  if (directory !== null) lines.push(`  ${directory}/run.html`);
  for (const each of errors) lines.push('', errorText(each));
  if (error !== null && !errors.includes(error)) lines.push('', errorText(error));
  return lines.join('\n');
}

/** All draws have the same outputs: the first one shows where to look. */
function outputRows(outputs: Readonly<Record<string, string>>): string[][] {
  const rows = Object.entries(outputs);
  const shown = rows.slice(0, maxRows / 4).map(([name, path]) => [name, path]);
  return rows.length > shown.length ? [...shown, [`and ${rows.length - shown.length} more`, '']] : shown;
}
