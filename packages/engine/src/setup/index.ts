export { describeFailure, EngineUnavailableError, type FailureText, type SetupFailure } from './failure.js';
export type { SetupProgress } from './progress.js';
export { readyBackend } from './ready-backend.js';
export { locateNativeBuild } from './native-build.js';
export { loadFailure } from './load-failure.js';
export { removeNativeEngine } from './remove.js';
export { setUpNativeEngine, type SetupOptions, type SetupResult } from './set-up.js';
export { gatherEngineFacts, measureEngine, type EngineFacts } from '../doctor.js';
export type { EngineSpeed } from '../speed.js';
