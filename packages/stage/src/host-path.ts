import { fileURLToPath } from 'node:url';

/**
 * The compiled file that the runner forks for every stage; it is sent one `RunRequest` and answers `HostMessage`s. Fork
 * it with `execArgv: []`: options of the runner's own node are not for it.
 */
export const hostProcessPath = fileURLToPath(new URL('../dist/host/host-process.js', import.meta.url));
