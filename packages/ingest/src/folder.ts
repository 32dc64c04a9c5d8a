import { choice, defineStage, externalPath, externalPaths, integer, optional, text } from '@twoshot/stage';

export default defineStage({
  name: 'ingest/folder',
  summary: 'Reads a folder of your own images, a few of them labelled by sub-folder or by a CSV file',
  params: {
    path: externalPath({
      default: 'data/pictures',
      doc: 'folder with JPEG, PNG, WebP, GIF and TIFF files; sub-folders are classes unless there is a labels.csv, images directly in it or in `unlabelled` are unlabelled',
    }),
    labels: optional(
      externalPaths({ doc: 'CSV files' }),
      'CSV file with the columns file,label, files relative to the folder, or a list of such files; by default its labels.csv if it has one',
    ),
    size: integer({ default: 32, minimum: 8, maximum: 1024, doc: 'side of the images in pixels' }),
    resize: choice(['cover', 'contain', 'fill'], {
      default: 'cover',
      doc: 'how images become square: cover crops, contain pads with bars, fill stretches',
    }),
    background: choice(['white', 'black'], {
      default: 'white',
      doc: 'background colour of transparent parts and of the bars of `contain`',
    }),
    train: text({
      default: 'all',
      doc: 'training images besides the labelled ones: all, labelled (no others), or a sub-folder',
    }),
    classes: optional(
      text({ doc: 'sub-folder' }),
      'sub-folder whose sub-folders are the classes, such as `train` of a split set; by default those of the folder itself',
    ),
    test: text({ default: 'unlabelled', doc: 'test images: unlabelled, all, or a sub-folder' }),
    shots: optional(
      integer({ minimum: 1, doc: 'labels' }),
      'number of labels per class that are given, selected by `draw`; the others are hidden and used for scores; by default all are given',
    ),
    draw: integer({ drawn: true, default: 1, minimum: 0, doc: 'selects the given labels if `shots` is set' }),
    limit: optional(
      integer({ minimum: 1, doc: 'images' }),
      'for small runs: uses only so many images besides the labelled ones, independent of their names',
    ),
  },
  inputs: {},
  outputs: {
    images: { kind: 'images', set: 'folder', doc: 'every image once, in the order of their content' },
    train: { kind: 'subset', doc: 'the training images' },
    test: { kind: 'subset', doc: 'the images to predict' },
    labels: { kind: 'labels', doc: 'the given labels' },
    truth: { kind: 'truth', doc: 'all other labels, for scores only; empty if unknown' },
    files: { kind: 'files', doc: 'the file of each row, and the files that are left out' },
    counts: { kind: 'metrics', shown: true, doc: 'numbers of files read and left out, by reason' },
  },
  resources: { threads: 'all', memory: 1024 },
  async run({ params, outputs, progress, log, warn }) {
    const { writeFolder } = await import('./folder-ingest.js');
    const { path, labels, classes, size, resize, background, train, test, limit, shots } = params;
    const source = {
      folder: path,
      labels,
      classes,
      shape: { size, resize, background },
      train,
      test,
      limit,
      shots: shots === null ? null : { count: shots, draw: params.draw },
    };
    await writeFolder(source, outputs, { progress, log, warn });
  },
});
