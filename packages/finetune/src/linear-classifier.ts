import type { LinearClassifier } from '@twoshot/geometry';
import { type ClassifierArchitecture, classifierPart, type Part } from '@twoshot/model';
import { loadWeights, unfilled } from '@twoshot/nn';

/** A fitted classifier as a part behind another. */
export function linearClassifier(
  { coefficients, intercepts }: LinearClassifier,
  { takes, classNames, none }: { readonly takes: string } & Pick<ClassifierArchitecture, 'classNames' | 'none'>,
): Part {
  const { rows: outputs, columns: dim, data } = coefficients;
  const architecture = { dim, classNames, ...(none !== undefined && { none: { threshold: none.threshold } }) };
  const module = classifierPart.create(architecture, unfilled);
  const weights = new Map([
    ['fitted.weight', { shape: [outputs, dim], data }],
    ['fitted.bias', { shape: [outputs], data: intercepts }],
  ]);
  loadWeights(module, weights, 'fitted');
  return { type: classifierPart, takes, architecture, module };
}
