export type { CodeRecord } from './bundle/code-record.js';
export { stageBundles, type StageBundles } from './bundle/stage-bundles.js';
export { type Cause, describeCause, describeCauses, describeRoot } from './cause/cause.js';
export { nearestResult } from './cause/difference.js';
export {
  type BaseDocument,
  fillIn,
  type InputRecord,
  type InputRecords,
  type KeyDocument,
  keyOf,
  type Readable,
  type ReadSet,
} from './key/document.js';
export {
  type EngineIdentity,
  externalDigests,
  type KeyContext,
  stagePresent,
  type StagePresent,
  workOf,
} from './key/stage-present.js';
