import type { LinearClassifier } from '@twoshot/geometry';
import { classifierPart, type Part } from '@twoshot/model';
import { loadWeights, unfilled } from '@twoshot/nn';

/** A fitted classifier as a part behind another. */
export function linearClassifier(
  { coefficients, intercepts }: LinearClassifier,
  { takes, classNames }: { readonly takes: string; readonly classNames: readonly string[] },
): Part {
  const { rows: classes, columns: dim, data } = coefficients;
  const architecture = { dim, classNames };
  const module = classifierPart.create(architecture, unfilled);
  const weights = new Map([
    ['fitted.weight', { shape: [classes, dim], data }],
    ['fitted.bias', { shape: [classes], data: intercepts }],
  ]);
  loadWeights(module, weights, 'fitted');
  return { type: classifierPart, takes, architecture, module };
}
