import { updateAverages } from '@twoshot/engine';
import type { Module } from '../module.js';

type Weighted = Pick<Module, 'parameters' | 'buffers'>;

/**
 * Copies all weights and running statistics from another module of the same architecture.
 *
 * @throws RangeError where their weights differ in number
 */
export function copyWeights(from: Weighted, to: Weighted): void {
  const sources = [...from.parameters, ...from.buffers];
  const targets = [...to.parameters, ...to.buffers];
  requireSameLength(sources, targets);
  for (const [i, { variable }] of targets.entries()) variable.assign(sources[i]!.variable);
}

/**
 * Moves a momentum teacher towards its student, teacher = decay x teacher + (1 - decay) x student (Tarvainen and
 * Valpola 2017). The teacher has its own running statistics, from its own batches.
 */
export function followStudent(teacher: Weighted, student: Weighted, decay: number): void {
  requireSameLength(student.parameters, teacher.parameters);
  updateAverages(
    teacher.parameters.map(({ variable }, i) => ({ average: variable, value: student.parameters[i]!.variable })),
    decay,
  );
}

function requireSameLength(one: readonly unknown[], other: readonly unknown[]): void {
  if (one.length !== other.length)
    throw new RangeError(`Expected two modules of one architecture, got ${one.length} and ${other.length} weights`);
}
