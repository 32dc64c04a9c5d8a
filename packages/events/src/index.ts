export {
  compareMethods,
  comparisonCsv,
  comparisonJson,
  type ComparedMethod,
  type Comparison,
  type NamedResult,
} from './comparison.js';
export { eventLine, readEvents, type TimedEvent } from './event-lines.js';
export {
  eventFormat,
  logLine,
  notSelected,
  type Listener,
  type MatrixPoint,
  type RunEvent,
  type RunTask,
  type StageOutcome,
  type StageStatus,
  type StageWarning,
} from './events.js';
export { drawsAreOne, type StageMetrics } from './metrics.js';
export { errorOfFailure, stageError, type RunError } from './run-error.js';
export { RunRecord, type LogEnd } from './run-record.js';
export type { Sweep, SweepRow } from './sweeps.js';
export { exitCodeOf, exitCodes, refused, runJson, type RunResult } from './run-result.js';
