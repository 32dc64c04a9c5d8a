export { commandLine, failed, type Failure, type Result, success, type Where } from './failure.js';
export { displayPath, formatFailure, formatWhere } from './format.js';
export { nearest } from './nearest.js';
export { RunProblem } from './problem.js';
export { unreachable } from './unreachable.js';
export { describeValue, listNames, quote } from './wording.js';
