import {
  answerName,
  type HardPrediction,
  areOfClassification,
  type Files,
  type Labels,
  type Metrics,
  type Model,
  positionsAmong,
} from '@twoshot/artifact';
import {
  describeFigure,
  describeProtocol,
  drawGraph,
  type GraphBox,
  html,
  type Markup,
  pageDocument,
  readable,
  section,
} from '@twoshot/page';
import { layOutGraph } from '@twoshot/page/layout';
import type { GraphDocument, InputArtifact } from '@twoshot/stage';
import { drawConfusion } from './confusion.js';
import { drawCurve } from './curves.js';
import { drawImages, type ShownImage } from './image-grid.js';
import type { Shown, ShownSet } from './shown-images.js';
import { style } from './style.js';
import { choosePredictions } from './sureness.js';

export interface PageContent extends Shown {
  readonly title: string;
  readonly graph: GraphDocument;
  readonly sources: readonly InputArtifact[];
  readonly images: readonly ShownSet[];
  readonly doubted: Labels | null;
  readonly files: Files | null;
  readonly models: readonly { readonly from: string; readonly curves: Model['curves'] }[];
  readonly metrics: readonly { readonly from: string; readonly metrics: Metrics }[];
}

/** Composes the page; sections without content are left out. */
export async function composePage(content: PageContent): Promise<string> {
  const boxes = boxesOf(content.graph);
  const parts = [
    header(content),
    section(
      'Pipeline',
      drawGraph(boxes, layOutGraph(boxes), `Stages of ${content.graph.pipeline}`),
      'Each node is a stage, each line an artifact; data flows from left to right.',
    ),
    await labelledImages(content),
    await doubtedImages(content),
    ...content.metrics.map(scores),
    leftOut(content),
    await predictedImages(content),
    curves(content),
    provenance(content),
  ];
  return pageDocument(`Twoshot: ${content.title}`, parts, style);
}

const boxesOf = ({ stages }: GraphDocument): GraphBox[] =>
  stages.map(({ id, use, inputs }) => ({
    id,
    use,
    note: '',
    state: '',
    title: `${id}: ${use}`,
    // An edge names `stage.port`; ports hold no dot, ids of an axis may.
    from: inputs.map(({ from }) => from.slice(0, from.lastIndexOf('.'))),
  }));

function header({ title, images, labels, metrics, predictions }: PageContent): Markup {
  const tiles = metrics.flatMap(({ metrics: { values, protocol } }) =>
    values['accuracy'] === undefined
      ? []
      : [tile(`${readable(100 * values['accuracy'])} %`, `accuracy on ${protocol.set}, n=${protocol.n}`, 'main')],
  );
  tiles.push(tile(String(labels.rows.count), 'labelled images'));
  for (const { set, total } of images) tiles.push(tile(total.toLocaleString('en'), `images in ${set}`));
  if (predictions !== null) tiles.push(tile(predictions.rows.count.toLocaleString('en'), 'images predicted'));
  return html`<header><h1>${title}</h1></header>
    <div class="tiles">${tiles}</div>`;
}

const tile = (value: string, name: string, kind = ''): Markup =>
  html`<div class="tile ${kind}"><b>${value}</b><span>${name}</span></div>`;

/** Finds the image of a row; null where its set is not wired. */
function imageFinder(
  images: readonly ShownSet[],
  files: Files | null,
): (set: string, index: number) => Omit<ShownImage, 'caption' | 'title'> | null {
  const named = fileFinder(files);
  const places = new Map(
    images.map(({ set, images: some }) => [
      set,
      { set: some, at: new Map(Array.from(some.index, (index, i) => [index, i])) },
    ]),
  );
  return (set, index) => {
    const place = places.get(set);
    const position = place?.at.get(index);
    return place === undefined || position === undefined ? null : { set: place.set, position, file: named(set, index) };
  };
}

/** Finds the file of a row, null where none is known. */
function fileFinder(files: Files | null): (set: string, index: number) => string | null {
  if (files === null) return () => null;
  const { rows, file: paths } = files;
  const known = new Map(paths.map((path, row) => [`${rows.sets[rows.set[row]!]!} ${rows.index[row]!}`, path]));
  return (set, index) => known.get(`${set} ${index}`) ?? null;
}

async function labelledImages({ images, labels, files }: PageContent): Promise<Markup> {
  const find = imageFinder(images, files);
  const order = Array.from(labels.label, (label, row) => ({ label, row })).sort((a, b) => a.label - b.label);
  const shown = order.flatMap(({ label, row }) => {
    const [set, index] = [labels.rows.sets[labels.rows.set[row]!]!, labels.rows.index[row]!];
    const found = find(set, index);
    const name = labels.classNames[label]!;
    return found === null ? [] : [{ ...found, caption: name, title: `${name}: ${found.file ?? `${set} ${index}`}` }];
  });
  return section('The labelled images', await drawImages(shown), 'The only labels that the pipeline received.');
}

/** Labelled images that the other labels contradict. */
async function doubtedImages({ images, labels, doubted, files }: PageContent): Promise<Markup | null> {
  if (doubted === null || doubted.rows.count === 0) return null;
  const find = imageFinder(images, files);
  const givenAt = positionsAmong(doubted.rows, labels.rows);
  const { rows, classNames } = doubted;
  const shown = Array.from(doubted.label).flatMap((label, row) => {
    const [set, index] = [rows.sets[rows.set[row]!]!, rows.index[row]!];
    const found = find(set, index);
    if (found === null) return [];
    const given = givenAt[row]! < 0 ? '?' : labels.classNames[labels.label[givenAt[row]!]!]!;
    const caption = `${given}: ${classNames[label]!}?`;
    const title = `${given}, looks like ${classNames[label]!} (${readable(100 * doubted.weight[row]!)} %): ${found.file ?? `${set} ${index}`}`;
    return [{ ...found, caption, title }];
  });
  const note =
    'The other labels predict another class for these labelled images, most certain first. Correct the label or confirm it by labelling similar images.';
  return section('Labels to check', await drawImages(shown), note);
}

async function predictedImages({
  images,
  files,
  predictions,
  surest: perClass,
  leastSure: most,
}: PageContent): Promise<Markup | null> {
  if (predictions === null) return null;
  const find = imageFinder(images, files);
  const { rows, classNames } = predictions;
  const chosen = choosePredictions(predictions, perClass, most);
  const shown = (some: readonly HardPrediction[]): ShownImage[] =>
    some.flatMap((answer) => {
      const { row, confidence } = answer;
      const [set, index] = [rows.sets[rows.set[row]!]!, rows.index[row]!];
      const found = find(set, index);
      const name = answerName(answer, classNames);
      return found === null
        ? []
        : [
            {
              ...found,
              caption: name,
              title: `${name} (${readable(100 * confidence)} %): ${found.file ?? `${set} ${index}`}`,
            },
          ];
    });
  const sure = await drawImages(shown(chosen.surest));
  const unsure = await drawImages(shown(chosen.leastSure));
  const rejected = await drawImages(shown(chosen.none));
  const some = chosen.none.length < chosen.noneTotal ? `; ${chosen.none.length} are shown` : '';
  const note = `${chosen.noneTotal} of ${rows.count} images look like none of the classes, most certain first${some}. If they need a class, label a few.`;
  return html`${section('Most confident predictions', sure, 'The images of each class with the highest confidence.')}${section('Least confident predictions', unsure, 'Check these first.')}${chosen.noneTotal === 0 ? null : section('None of these', rejected, note)}`;
}

function scores({ from, metrics }: PageContent['metrics'][number]): Markup | null {
  const rows = Object.entries(metrics.values).map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${metrics.protocol.type === 'count' ? describeFigure(value, metrics.protocol) : readable(value)}</td>
      </tr>`,
  );
  if (rows.length === 0) return null;
  const note = `${from}: ${describeProtocol(metrics.protocol)}.`;
  return section(
    metrics.protocol.type === 'count' ? 'Counts' : 'Scores',
    html`<table class="list">
        ${rows}
      </table>
      ${areOfClassification(metrics) ? drawConfusion(metrics) : null}`,
    note,
  );
}

/** Files that the page names; the log names all. */
const maxLeftOut = 200;

/** What a folder holds beside the images that were read. */
function leftOut({ files }: PageContent): Markup | null {
  if (files === null || files.leftOut.length === 0) return null;
  const more = files.leftOut.length - maxLeftOut;
  const rows = files.leftOut.slice(0, maxLeftOut).map(
    ({ file, reason }) =>
      html`<tr>
        <td>${file}</td>
        <td>${reason}</td>
      </tr>`,
  );
  return section(
    'Left out',
    html`<table class="list">
      ${rows}
    </table>`,
    more > 0 ? `Files that were not read, and ${more} more that the log names.` : 'Files that were not read.',
  );
}

function curves({ models }: PageContent): Markup | null {
  const drawn = models.flatMap(({ from, curves: named }) =>
    Object.entries(named).map(([name, points]) => drawCurve(`${from}: ${name}`, points) ?? []),
  );
  return drawn.length === 0 ? null : section('Training', html`<div class="curves">${drawn}</div>`);
}

function provenance({ sources }: PageContent): Markup {
  const rows = sources.map(
    ({ from, kind, holds, seen, outside, digest }) =>
      html`<tr>
        <td>${from}</td>
        <td>${kind}</td>
        <td>${holds.join(', ') || '-'}</td>
        <td>${seen.join(', ') || '-'}</td>
        <td>${outside.join('; ') || '-'}</td>
        <td><code>${digest.slice(0, 16)}</code></td>
      </tr>`,
  );
  return section(
    'Provenance',
    html`<div class="scroll">
      <table class="list">
        <thead>
          <tr>
            <th>artifact</th>
            <th>kind</th>
            <th>rows of</th>
            <th>has seen</th>
            <th>outside weights</th>
            <th>digest</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`,
    'What an artifact has seen follows from the graph: the image sets that influenced it. Outside weights were trained on other data.',
  );
}
