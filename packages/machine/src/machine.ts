import { availableParallelism, totalmem } from 'node:os';
import { controlGroupLimits, type ControlGroupLimits } from './control-group.js';

/** How large the machine is for this process. */
export interface Machine {
  /** Logical processors that it may run on. */
  readonly processors: number;
  /** Of which it can keep so many busy: a quota of 1.5 cores needs two. */
  readonly cores: number;
  /** Bytes of the machine. */
  readonly totalMemory: number;
  /** Bytes that it may take. */
  readonly memory: number;
  /** What a container, or another control group, leaves it. */
  readonly limits: ControlGroupLimits;
}

/** Looks how large the machine is, the limits of a container included (less than a millisecond). */
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
