export type { EngineRequest, HostError, HostMessage, Reads, RunRequest, RunResult } from './host/protocol.js';
export { isCheckpointName, isEndName } from './host/checkpoint-name.js';
export { boundedLines, eachLine } from './host/bounded-lines.js';
export { hostMessage } from './host/host-message.js';
export { answerRequest } from './host/answer-request.js';
export { engineUnavailable, hostError } from './host/host-error.js';
export { outOfMemory, outOfMemoryMessage, saysOutOfMemory } from './host/out-of-memory.js';
export { deriveSeed } from './host/seed.js';
