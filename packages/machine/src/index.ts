export { readMachine, type Machine } from './machine.js';
export { chooseThreads, maximumThreads, ThreadCountError, type ThreadCount } from './threads.js';
export { withoutSecrets } from './without-secrets.js';
export { runCommand, type CommandOptions, type CommandResult } from './run-command.js';
