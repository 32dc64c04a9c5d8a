import { readFile } from 'node:fs/promises';
import { endProcess, interrupted, interruption, interrupts } from './interrupts.js';

/** Reads a pipe that nobody writes to, as a command would: `node stuck.fixture.js COMMAND PIPE`. */
const [, , command = '', pipe = ''] = process.argv;
const signal = interrupts(false);
void readFile(pipe);
await interruption(command, signal);
endProcess(interrupted);
