import { columns } from '@twoshot/terminal';

/** An option of a command. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  /** Placeholder of its value in the help; absent for a flag. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: boolean;
  readonly help: string;
}

/** A command as the help shows it; its code is loaded only when it is called. */
export interface CommandUsage {
  /** One or two words, e.g. `engine setup`. */
  readonly name: string;
  /** Names of the arguments in order; those in brackets are optional, and one that ends in `...` may repeat. */
  readonly args: readonly string[];
  readonly summary: string;
  readonly options: readonly Option[];
  /** Command lines without `twoshot`, each with what it does. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
}

const set: Option = {
  name: 'set',
  value: 'stage.param=value',
  many: true,
  help: 'set a param of a stage, or `params.name=value` of the pipeline; the value is a YAML scalar or [list]',
};
const seed: Option = { name: 'seed', value: 'N', help: 'seed of the pipeline' };
const store: Option = {
  name: 'store',
  value: 'PLACE',
  help: 'where to store results: a folder, or scheme:... for a store from a package; default: .twoshot in the workspace',
};
const results: Option = { ...store, help: 'where the results are stored; default: .twoshot in the workspace' };
const draws: Option = {
  name: 'draws',
  value: 'A-B',
  help: 'run once for each draw of the labels; reports mean and 95 % interval',
};
const threads: Option = {
  name: 'threads',
  value: 'N',
  help: 'threads per stage; default: TWOSHOT_THREADS, else one per core',
};
const jobs: Option = {
  name: 'jobs',
  value: 'N',
  help: 'maximum number of stages at once; default: the number of cores',
};
const json: Option = {
  name: 'json',
  help: 'print one JSON object as the last line of standard output; everything else goes to standard error',
};

export const commands: readonly CommandUsage[] = [
  {
    name: 'run',
    args: ['PIPELINE'],
    summary: 'run a pipeline; stages that have a result are not run again',
    options: [
      set,
      seed,
      draws,
      store,
      threads,
      { name: 'only', value: 'STAGE', many: true, help: 'run only this stage and its dependencies' },
      { name: 'force', value: 'STAGE', many: true, help: 'run this stage even if it has a result' },
      { name: 'verify', help: 'read all stored artifacts before they are reused, not only those that a stage takes' },
      jobs,
      json,
    ],
  },
  {
    name: 'compare',
    args: ['PIPELINE', '[PIPELINE...]'],
    summary: 'compare methods on the same draws: scores, paired differences with intervals, Wilcoxon',
    options: [
      { ...draws, help: 'draws of the labels, e.g. 1-30; needed' },
      {
        name: 'metric',
        value: 'NAME',
        help: 'metric to compare, or `stage.metric`; default: accuracy. Every stage that has it is a method',
      },
      set,
      seed,
      store,
      threads,
      jobs,
      {
        name: 'csv',
        help: 'print CSV on standard output, a line for each draw; everything else goes to standard error',
      },
      json,
    ],
  },
  {
    name: 'plan',
    args: ['PIPELINE'],
    summary: 'show what a run would do, why, and how long it took before',
    options: [set, seed, draws, store, threads],
  },
  {
    name: 'why',
    args: ['PIPELINE', 'STAGE'],
    summary: 'explain why a stage has its result, or would run',
    options: [set, seed, store, threads, { name: 'log', help: 'also print the log of the result' }],
  },
  {
    name: 'predict',
    args: ['RESULT', 'FOLDER'],
    summary:
      'label the images of a folder with the model of a result, as CSV: file,label,confidence and the probabilities',
    options: [
      { name: 'output', value: 'FILE', help: 'write to this file; default: standard output' },
      { name: 'watch', help: 'go on with the images that come into the folder, until Ctrl-C' },
      { name: 'json', help: 'one JSON object for each image instead of CSV' },
      {
        name: 'resize',
        value: 'cover|contain|fill',
        help: 'how images become square, as in the pipeline; default: cover',
      },
      results,
      threads,
    ],
    examples: [
      ['predict own-images ~/camera', 'with the latest result of the pipeline own-images'],
      ['predict own-images ~/camera --output labels.csv', 'into a file'],
      ['predict 20261128-130402-d354fc ~/camera --watch', 'with the model of one run, for images as they come'],
      ['predict model-folder ~/camera --json', 'with the folder of a model'],
    ],
  },
  {
    name: 'export',
    args: ['RESULT'],
    summary: 'write the model of a result for other programs: an ONNX file, or a page for browsers',
    options: [
      {
        name: 'onnx',
        value: 'FILE',
        help: 'write an ONNX file, with the preparation of images and the class names in it',
      },
      { name: 'browser', value: 'FOLDER', help: 'write a page that classifies images offline, for any web server' },
      results,
    ],
    examples: [
      ['export own-images --onnx model.onnx', 'the latest result of the pipeline own-images'],
      ['export own-images --browser site', 'then e.g. npx serve site, or python3 -m http.server -d site'],
    ],
  },
  {
    name: 'stages',
    args: ['[NAME]'],
    summary: 'list all stages, or the params and ports of one',
    options: [{ name: 'schema', help: 'print a JSON Schema of pipeline files, for editors' }],
  },
  { name: 'validate', args: ['FILE'], summary: 'check a pipeline without running it', options: [set] },
  {
    name: 'dag',
    args: ['PIPELINE'],
    summary: 'print the graph of a pipeline',
    options: [set, { name: 'mermaid', help: 'as a Mermaid flowchart' }],
  },
  {
    name: 'cache verify',
    args: [],
    summary: 'verify all stored results; the next run recomputes damaged ones',
    options: [store],
  },
  {
    name: 'doctor',
    args: [],
    summary: 'check the engine and the machine: what is missing and how to fix it',
    options: [],
  },
  { name: 'engine setup', args: [], summary: 'install the native engine', options: [] },
  {
    name: 'engine remove',
    args: [],
    summary: 'delete everything that the installation of the engine wrote',
    options: [],
  },
];

const optionText = ({ name, value }: Option): string => (value === undefined ? `--${name}` : `--${name} ${value}`);

const nameText = ({ name, args }: CommandUsage): string => [name, ...args].join(' ');

/** The help of the whole program. */
export const helpText = (): string =>
  [
    'twoshot: label a whole image collection from two labelled examples per class',
    '',
    'usage: twoshot COMMAND',
    ...columns(
      [
        ...commands.map((command) => [nameText(command), command.summary]),
        ['--version', 'print the version'],
        ['COMMAND --help', 'show the options of a command'],
      ],
      '  ',
    ),
    '',
    'PIPELINE is a file or a name under pipelines/, RESULT a pipeline that was run, the id of a run, or the folder of a model. Exit codes: 0 done, 1 a stage failed, 2 an invalid command line,',
    'pipeline or input, 130 interrupted.',
  ].join('\n');

/** The help of one command. */
export const commandHelp = (command: CommandUsage): string =>
  [
    `usage: twoshot ${nameText(command)}${command.options.length === 0 ? '' : ' [OPTIONS]'}`,
    '',
    command.summary,
    ...(command.options.length === 0
      ? []
      : [
          '',
          ...columns(
            command.options.map((option) => [optionText(option), option.help]),
            '  ',
          ),
        ]),
    ...(command.examples === undefined
      ? []
      : [
          '',
          'examples:',
          ...columns(
            command.examples.map(([line, does]) => [`twoshot ${line}`, does]),
            '  ',
          ),
        ]),
  ].join('\n');
