export { type Listener, notAskedFor, type RunEvent, type StageOutcome, type StageStatus } from './events.js';
export { drawsAreOne, type Figures, figuresOf } from './figures.js';
export { errorOfFailure, type RunError, stageError } from './run-error.js';
export { exitCodeOf, exitCodes, refused, runJson, type RunResult } from './run-result.js';
