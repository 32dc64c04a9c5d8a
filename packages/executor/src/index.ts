export type { Execution, ExecutionEnd, ExecutionListener, Executor } from './executor.js';
export { processExecutor } from './process-executor.js';
