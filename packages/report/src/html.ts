import { defineStage, integer, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/html',
  summary:
    'One self-contained page: the graph, labelled images, training curves, metrics, the most and least confident predictions',
  params: {
    title: text({ default: '', doc: 'heading of the page; the name of the pipeline if empty' }),
    surest: integer({ default: 10, minimum: 1, doc: 'number of most confident predictions to show per class' }),
    leastSure: integer({ default: 60, minimum: 1, doc: 'number of least confident predictions to show' }),
  },
  inputs: {
    images: { kind: 'images', many: true, query: true, doc: 'the image sets of labels and predictions' },
    labels: { kind: 'labels', doc: 'the given labels' },
    predictions: { kind: 'predictions', optional: true, query: true, doc: 'predictions to show' },
    models: { kind: 'model', many: true, optional: true, doc: 'trained models whose curves are plotted' },
    metrics: { kind: 'metrics', many: true, optional: true, doc: 'scores and counts to show, each with its protocol' },
    doubted: {
      kind: 'labels',
      optional: true,
      doc: 'labelled rows whose label other labels contradict, with the class that they suggest',
    },
    files: {
      kind: 'files',
      optional: true,
      query: true,
      doc: 'files of own images, to name those that are shown and those that are left out',
    },
  },
  reports: true,
  outputs: { html: { kind: 'page', doc: 'the page, `report.html`' } },
  resources: { memory: 1024 },
  async run({ params, inputs, outputs, graph }) {
    const { readFiles, readLabels, readMetrics, readModel, readPredictions, writePage } =
      await import('@twoshot/artifact');
    const { composePage } = await import('./page/compose.js');
    const { readShownImages } = await import('./page/shown-images.js');
    const shown = {
      labels: await readLabels(inputs.labels.path),
      predictions: inputs.predictions === null ? null : await readPredictions(inputs.predictions.path),
      surest: params.surest,
      leastSure: params.leastSure,
    };
    const page = await composePage({
      ...shown,
      title: params.title || graph.pipeline,
      graph,
      sources: [inputs.labels, ...(inputs.predictions ? [inputs.predictions] : []), ...inputs.images, ...inputs.models],
      images: await readShownImages(
        inputs.images.map(({ path }) => path),
        shown,
      ),
      doubted: inputs.doubted === null ? null : await readLabels(inputs.doubted.path),
      files: inputs.files === null ? null : await readFiles(inputs.files.path),
      models: await Promise.all(
        inputs.models.map(async ({ from, path }) => ({ from, curves: (await readModel(path)).curves })),
      ),
      metrics: await Promise.all(
        inputs.metrics.map(async ({ from, path }) => ({ from, metrics: await readMetrics(path) })),
      ),
    });
    await writePage(outputs.html, 'report.html', page);
  },
});
