export { describeFailure, EngineUnavailableError, type FailureText, type SetupFailure } from './failure.js';
export {
  removeNativeEngine,
  setUpNativeEngine,
  type SetupOptions,
  type SetupProgress,
  type SetupResult,
} from './set-up.js';
