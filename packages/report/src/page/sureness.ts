import { type HardPrediction, hardPredictions, type Predictions } from '@twoshot/artifact';

/** The `count` most confident predictions of each class, most confident first. */
function surest(answers: readonly HardPrediction[], classes: number, count: number): HardPrediction[] {
  const sorted = answers.toSorted((a, b) => b.confidence - a.confidence || a.row - b.row);
  return Array.from({ length: classes }, (_, label) =>
    sorted.filter((answer) => answer.label === label).slice(0, count),
  ).flat();
}

/** The `count` least confident predictions, least confident first. */
function leastSure(answers: readonly HardPrediction[], count: number): HardPrediction[] {
  return answers.toSorted((a, b) => a.confidence - b.confidence || a.row - b.row).slice(0, count);
}

/** Images of no class that a page shows; the submission lists all. */
const maxNone = 400;

/** The predictions that a page shows. */
export interface ChosenPredictions {
  readonly surest: readonly HardPrediction[];
  readonly leastSure: readonly HardPrediction[];
  /** Of none of the classes, the most certain first. */
  readonly none: readonly HardPrediction[];
  /** All of none of the classes, shown or not. */
  readonly noneTotal: number;
}

/** The most confident predictions of each class, the least confident ones, and rows of no class. */
export function choosePredictions(predictions: Predictions, perClass: number, most: number): ChosenPredictions {
  const all = hardPredictions(predictions);
  const ofClasses = all.filter(({ none }) => !none);
  const none = all.filter((answer) => answer.none).toSorted((a, b) => b.confidence - a.confidence || a.row - b.row);
  return {
    surest: surest(ofClasses, predictions.classNames.length, perClass),
    leastSure: leastSure(ofClasses, most),
    none: none.slice(0, maxNone),
    noneTotal: none.length,
  };
}
