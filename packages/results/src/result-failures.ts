import { commandLine, type Failure, quote } from '@twoshot/diagnostics';
import type { StoredModel } from './models-of-pipeline.js';

interface Named {
  /** What the user typed. */
  readonly result: string;
  readonly store: string;
}

const about = ({ result }: Named, parts: Pick<Failure, 'message'> & Partial<Failure>): Failure => ({
  ...parts,
  code: 'result',
  where: { file: commandLine, line: 1, column: 1, length: result.length, text: result },
});

export const noSuchResult = (named: Named, [pipeline]: readonly Failure[]): Failure =>
  about(named, {
    message: `there is no result ${quote(named.result)}`,
    expected: `a pipeline that was run, the id of a run in ${named.store}, or the folder of a run or of a model`,
    found: `no folder of that name, and no pipeline`,
    ...(pipeline?.nearest === undefined ? {} : { nearest: pipeline.nearest }),
  });

export const noRun = (named: Named): Failure =>
  about(named, {
    message: `${quote(named.result)} has no result in ${named.store}`,
    expected: 'a pipeline that was run',
    found: 'no result of any of its stages',
    next: `twoshot run ${named.result}, or --store with the store that it was run in`,
  });

export const noClassifier = (named: Named, models: readonly StoredModel[]): Failure =>
  about(named, {
    message: `${quote(named.result)} holds no model that classifies images`,
    expected: 'a model with a part of the type classifier',
    found: models.length === 0 ? 'no model' : `models without one: ${models.map(({ from }) => from).join(', ')}`,
    next: 'end the pipeline with `use: finetune/linear` or `use: finetune/pseudo-label`, as pipelines/own-images.yaml does, and run it',
  });

export const severalClassifiers = (named: Named, models: readonly StoredModel[]): Failure =>
  about(named, {
    message: `${quote(named.result)} holds several models that classify images`,
    expected: 'one, or the folder of one',
    found: models.map(({ from }) => from).join(', '),
    next: `name the folder of one, e.g. ${models[0]!.path}`,
  });

export const unreadable = (named: Named, problem: string): Failure =>
  about(named, { message: `the model of ${quote(named.result)} cannot be read: ${problem}` });
