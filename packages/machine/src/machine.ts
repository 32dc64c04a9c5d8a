import { availableParallelism, totalmem } from 'node:os';
import { controlGroupLimits, type ControlGroupLimits } from './control-group.js';

/** Resources of the machine for this process. */
export interface Machine {
  /** Logical processors that it may run on. */
  readonly processors: number;
  /** How many of them it can keep busy: a quota of 1.5 cores needs two. */
  readonly cores: number;
  /** Bytes of the machine. */
  readonly totalMemory: number;
  /** Bytes that it may use. */
  readonly memory: number;
  /** Limits of the container or other control group. */
  readonly limits: ControlGroupLimits;
}

/** Measures the machine, including the limits of a container (less than a millisecond). */
export function readMachine(limits: ControlGroupLimits = controlGroupLimits()): Machine {
  const processors = availableParallelism();
  const totalMemory = totalmem();
  return {
    processors,
    cores: Math.min(processors, Math.ceil(limits.cores ?? Infinity)),
    totalMemory,
    memory: Math.min(totalMemory, limits.memory ?? Infinity),
    limits,
  };
}
