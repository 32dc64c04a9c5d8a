export type { EngineRequest, HostError, HostMessage, Reads, RunRequest, RunResult } from './host/protocol.js';
export { isCheckpointName, isEndName } from './host/checkpoint-name.js';
export { boundedLines, eachLine } from './host/bounded-lines.js';
export { answerRequest } from './host/answer-request.js';
export { engineUnavailable, hostError } from './host/host-error.js';
export { deriveSeed } from './host/seed.js';
