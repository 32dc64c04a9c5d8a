import { readFile } from 'node:fs/promises';
import type { Figures, RunResult, StageOutcome, StageStatus } from '@twoshot/events';
import { sourcesOf, type Task } from '@twoshot/language';
import {
  describeProtocol,
  drawGraph,
  duration,
  type GraphBox,
  html,
  type Markup,
  pageDocument,
  section,
} from '@twoshot/page';
import type { Store } from '@twoshot/store';
import { style } from './style.js';

/** Lines of a log that the page shows; the whole log lies in the store. */
const shownLines = 200;

const gravest: readonly StageStatus[] = ['failed', 'skipped', 'ran', 'cached'];

/** One box a stage: the draws of a stage share it. */
function boxesOf(tasks: readonly Task[], outcomes: readonly StageOutcome[]): readonly GraphBox[] {
  const stageOf = new Map(tasks.map((task) => [task.id, task.node.id]));
  const stages = new Map<string, Task>();
  for (const task of tasks) if (!stages.has(task.node.id)) stages.set(task.node.id, task);
  return [...stages].map(([id, task]) => {
    const own = outcomes.filter(({ stage }) => stage === id);
    const status = gravest.find((each) => own.some((outcome) => outcome.status === each)) ?? 'skipped';
    const seconds = own.reduce((sum, outcome) => sum + outcome.seconds, 0);
    const notes = [
      ...(own.length > 1 ? [`${own.length} draws`] : []),
      ...(status === 'ran' ? [duration(seconds)] : []),
    ];
    const from = [...new Set(sourcesOf(task).map((source) => stageOf.get(source)!))];
    return {
      id,
      use: task.node.use,
      state: status,
      note: [status, ...notes].join(', '),
      title: `${id}: ${own[0]?.why ?? ''}`,
      from,
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

const percent = (value: number): string => value.toFixed(4);

function figuresTable(figures: Readonly<Record<string, Figures>>): Markup | null {
  const rows = Object.entries(figures).flatMap(([stage, { values, protocol, draws }]) =>
    Object.entries(values).map(
      ([name, { mean, interval }]) =>
        html`<tr>
          <td>${stage}</td>
          <td>${name}</td>
          <td class="number">${percent(mean)}</td>
          <td class="number">${interval === null ? '' : `${percent(interval[0])} to ${percent(interval[1])}`}</td>
          <td>${describeProtocol(protocol, draws)}</td>
        </tr>`,
    ),
  );
  if (rows.length === 0) return null;
  return section(
    'Figures',
    html`<div class="scroll">
      <table class="list">
        <tr>
          <th>stage</th>
          <th>figure</th>
          <th>value</th>
          <th>95 % interval</th>
          <th>protocol</th>
        </tr>
        ${rows}
      </table>
    </div>`,
  );
}

async function logOf(store: Store, { key, error }: StageOutcome): Promise<string> {
  if (error !== null) return `${error.message}\n${error.stack ?? ''}`;
  if (key === null) return '';
  const text = await readFile(store.log(key), 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n');
  const hidden = lines.length - shownLines;
  return hidden > 0 ? `(${hidden} lines before these: ${store.log(key)})\n${lines.slice(hidden).join('\n')}` : text;
}

async function logs(store: Store, outcomes: readonly StageOutcome[]): Promise<Markup> {
  const sections = await Promise.all(
    outcomes.map(async (outcome) => {
      const text = await logOf(store, outcome);
      return text.trim() === ''
        ? null
        : html`<details>
            <summary>${outcome.task}</summary>
            <pre>${text}</pre>
          </details>`;
    }),
  );
  return section('Logs', sections);
}

/** The page about a run: one file that needs nothing else. */
export async function writeRunPage(store: Store, tasks: readonly Task[], result: RunResult): Promise<string> {
  const { run, pipeline, status, seconds, outcomes, outputs, figures, errors } = result;
  const count = (wanted: StageStatus): number => outcomes.filter((outcome) => outcome.status === wanted).length;
  const summary = gravest.filter((each) => count(each) > 0).map((each) => `${count(each)} ${each}`);
  const given = Object.entries(outputs).map(
    ([name, path]) =>
      html`<tr>
        <td>${name}</td>
        <td><code>${path}</code></td>
      </tr>`,
  );
  const parts = [
    html`<header>
      <h1>${pipeline}: ${status}</h1>
      <p class="note">run ${run ?? ''}, ${duration(seconds)}, ${summary.join(', ')}</p>
    </header>`,
    ...errors.map(
      ({ stage, message }) => html`<p class="problem">${stage === null ? message : `${stage}: ${message}`}</p>`,
    ),
    section('Graph', drawGraph(boxesOf(tasks, outcomes), 'The stages of the run and what they take from each other')),
    section('Stages', stageTable(outcomes)),
    figuresTable(figures),
    given.length === 0
      ? null
      : section(
          'Outputs',
          html`<table class="list">
            ${given}
          </table>`,
        ),
    await logs(store, outcomes),
  ];
  return pageDocument(`${pipeline}, run ${run ?? ''}`, parts, style);
}
