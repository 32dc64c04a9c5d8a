import type { LogEnd, RunRecord, RunTask, StageMetrics, StageOutcome, StageStatus } from '@twoshot/events';
import {
  describeFigure,
  describeProtocol,
  drawGraph,
  duration,
  type GraphBox,
  type Layout,
  html,
  type Markup,
  pageDocument,
  section,
} from '@twoshot/page';
import { style } from './style.js';

const gravest: readonly StageStatus[] = ['failed', 'skipped', 'ran', 'cached'];

/** One node per stage: the draws of a stage share it. */
function boxesOf(tasks: readonly RunTask[], outcomes: readonly StageOutcome[]): readonly GraphBox[] {
  const stageOf = new Map(tasks.map(({ task, stage }) => [task, stage]));
  const stages = new Map<string, RunTask>();
  for (const task of tasks) if (!stages.has(task.stage)) stages.set(task.stage, task);
  return [...stages].map(([id, task]) => {
    const own = outcomes.filter(({ stage }) => stage === id);
    const status = gravest.find((each) => own.some((outcome) => outcome.status === each)) ?? 'skipped';
    const seconds = own.reduce((sum, outcome) => sum + outcome.seconds, 0);
    const notes = [
      ...(own.length > 1 ? [`${own.length} draws`] : []),
      ...(status === 'ran' ? [duration(seconds)] : []),
    ];
    return {
      id,
      use: task.use,
      state: status,
      note: [status, ...notes].join(', '),
      title: `${id}: ${own[0]?.why ?? ''}`,
      from: [...new Set(task.from.map((source) => stageOf.get(source)!))],
    };
  });
}

function timeline({ started, seconds, status }: StageOutcome, from: number, whole: number): Markup | null {
  if (started === null) return null;
  const left = (100 * (started - from)) / 1000 / whole;
  return html`<div class="time">
    <i class="${status}" style="left:${left.toFixed(2)}%;width:${((100 * seconds) / whole).toFixed(2)}%"></i>
  </div>`;
}

function stageTable(outcomes: readonly StageOutcome[]): Markup {
  const begun = outcomes.flatMap(({ started }) => started ?? []);
  const from = Math.min(...begun);
  const whole = Math.max(
    0.001,
    ...outcomes.map(({ started, seconds }) => (started === null ? 0 : (started - from) / 1000 + seconds)),
  );
  const rows = outcomes.map(
    (outcome) =>
      html`<tr>
        <td>${outcome.task}</td>
        <td>${outcome.use}</td>
        <td class="${outcome.status}">${outcome.status}</td>
        <td class="number">
          ${outcome.status === 'ran' || outcome.status === 'failed' ? duration(outcome.seconds) : ''}
        </td>
        <td>${timeline(outcome, from, whole)}</td>
        <td>${outcome.why}</td>
        <td class="number">${outcome.peakMemory === null ? '' : `${Math.round(outcome.peakMemory / 2 ** 20)} MiB`}</td>
        <td><code>${outcome.key?.slice(0, 12) ?? ''}</code></td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="list">
      <tr>
        <th>stage</th>
        <th>use</th>
        <th>state</th>
        <th>time</th>
        <th>when</th>
        <th>why</th>
        <th>peak memory</th>
        <th>key</th>
      </tr>
      ${rows}
    </table>
  </div>`;
}

function metricsTable(metrics: Readonly<Record<string, StageMetrics>>): Markup | null {
  const rows = Object.entries(metrics).flatMap(([stage, { values, protocol, draws }]) =>
    Object.entries(values).map(
      ([name, { mean, interval }]) =>
        html`<tr>
          <td>${stage}</td>
          <td>${name}</td>
          <td class="number">${describeFigure(mean, protocol)}</td>
          <td class="number">
            ${interval === null ? '' : `${describeFigure(interval[0], protocol)} to ${describeFigure(interval[1], protocol)}`}
          </td>
          <td>${describeProtocol(protocol, draws)}</td>
        </tr>`,
    ),
  );
  if (rows.length === 0) return null;
  return section(
    'Metrics',
    html`<div class="scroll">
      <table class="list">
        <tr>
          <th>stage</th>
          <th>metric</th>
          <th>value</th>
          <th>95 % interval</th>
          <th>protocol</th>
        </tr>
        ${rows}
      </table>
    </div>`,
  );
}

function logText({ error }: StageOutcome, { lines, hidden }: LogEnd): string {
  const shown = [...(hidden > 0 ? [`(${hidden} lines before these)`] : []), ...lines].join('\n');
  if (error === null) return shown;
  return [shown, error.message, error.stack ?? ''].filter((text) => text !== '').join('\n');
}

function logs(record: RunRecord, outcomes: readonly StageOutcome[]): Markup {
  const sections = outcomes.map((outcome) => {
    const text = logText(outcome, record.logOf(outcome.task));
    return text === ''
      ? null
      : html`<details>
          <summary>${outcome.task}</summary>
          <pre>${text}</pre>
        </details>`;
  });
  return section('Logs', sections);
}

/** Positions the nodes of the graph. */
export type LayOut = (boxes: readonly GraphBox[]) => Promise<Layout>;

const layOutAnew: LayOut = async (boxes) => {
  const { layOutGraph } = await import('@twoshot/page/layout');
  return layOutGraph(boxes);
};

/**
 * The page of a run, made from its events: one self-contained file.
 *
 * @param layOut the layout; may be that of an earlier run with the same graph
 */
export async function runPage(record: RunRecord, layOut: LayOut = layOutAnew): Promise<string> {
  const { run, pipeline, status, seconds, outcomes, warnings, outputs, metrics, errors } = record.result();
  const count = (wanted: StageStatus): number => outcomes.filter((outcome) => outcome.status === wanted).length;
  const summary = gravest.filter((each) => count(each) > 0).map((each) => `${count(each)} ${each}`);
  const given = Object.entries(outputs).map(
    ([name, path]) =>
      html`<tr>
        <td>${name}</td>
        <td><code>${path}</code></td>
      </tr>`,
  );
  const boxes = boxesOf(record.tasks, outcomes);
  const parts = [
    html`<header>
      <h1>${pipeline}: ${status}</h1>
      <p class="note">run ${run ?? ''}, ${duration(seconds)}, ${summary.join(', ')}</p>
    </header>`,
    ...errors.map(
      ({ stage, message }) => html`<p class="problem">${stage === null ? message : `${stage}: ${message}`}</p>`,
    ),
    ...Object.entries(warnings).flatMap(([task, lines]) =>
      lines.map((line) => html`<p class="problem warning">${task} warns: ${line}</p>`),
    ),
    section('Graph', drawGraph(boxes, await layOut(boxes), 'The stages of the run and the artifacts they pass on')),
    section('Stages', stageTable(outcomes)),
    metricsTable(metrics),
    given.length === 0
      ? null
      : section(
          'Outputs',
          html`<table class="list">
            ${given}
          </table>`,
        ),
    logs(record, outcomes),
  ];
  return pageDocument(`${pipeline}, run ${run ?? ''}`, parts, style);
}
