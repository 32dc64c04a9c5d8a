export { explainStage, type ExplainOptions } from './explain-stage.js';
export { planPipeline, type PlanOptions } from './plan-pipeline.js';
export { runPipeline, type PipelineOptions, type RunOptions } from './run-pipeline.js';
export { settleEngine } from './settle-engine.js';
