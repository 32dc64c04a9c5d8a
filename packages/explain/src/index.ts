export { planTasks, type Plan, type PlannedStage } from './plan.js';
export { planText } from './plan-text.js';
export { whyText } from './why-text.js';
