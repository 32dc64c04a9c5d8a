import type { Command } from './command.js';

/** The code of every command, loaded when the command is called, so that help appears at once. */
export const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.js')).run,
  compare: async () => (await import('./commands/compare.js')).compare,
  plan: async () => (await import('./commands/plan.js')).plan,
  why: async () => (await import('./commands/why.js')).why,
  predict: async () => (await import('./commands/predict.js')).predict,
  export: async () => (await import('./commands/export.js')).exportModel,
  stages: async () => (await import('./commands/stages.js')).stages,
  validate: async () => (await import('./commands/validate.js')).validate,
  dag: async () => (await import('./commands/dag.js')).dag,
  'cache verify': async () => (await import('./commands/cache.js')).verify,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  'engine setup': async () => (await import('./commands/engine.js')).setup,
  'engine remove': async () => (await import('./commands/engine.js')).remove,
};
