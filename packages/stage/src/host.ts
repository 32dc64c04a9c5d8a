import { fileURLToPath } from 'node:url';

export type { EngineRequest, HostError, HostMessage, Reads, RunRequest, RunResult } from './host/protocol.js';
export { isCheckpointName, isEndName } from './host/checkpoint-name.js';
export { boundedLines, eachLine } from './host/bounded-lines.js';
export { answerRequest } from './host/answer-request.js';
export { engineUnavailable, hostError } from './host/host-error.js';
export { deriveSeed } from './host/seed.js';

/**
 * The compiled file that the runner forks for every stage; it is sent one `RunRequest` and answers `HostMessage`s. Fork
 * it with `execArgv: []`: options of the runner's own node are not for it.
 */
export const hostProcessPath = fileURLToPath(new URL('../dist/host/host-process.js', import.meta.url));
