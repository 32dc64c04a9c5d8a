import { exitCodes } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';

/** `twoshot doctor` */
export const doctor: Command = async (_, { stdout }) => {
  writeLine(stdout, '');
  return exitCodes.done;
};
