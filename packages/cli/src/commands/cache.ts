import { exitCodes } from '@twoshot/events';
import { openStore, verifyStore, type StoreCheck } from '@twoshot/store';
import type { Command } from '../command.js';
import { warnOn, writeLine } from '../environment.js';
import { showFailures } from '../failures.js';
import { storeOf } from '../pipeline-options.js';

const interval = 1_000;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function checkText(address: string, check: StoreCheck): string {
  const { artifacts, results, damagedArtifacts, damagedResults } = check;
  const all = `${counted(artifacts, 'artifact')} and ${counted(results, 'result')}`;
  if (damagedArtifacts.length + damagedResults.length === 0) return `${address}: ${all}, all as they were stored`;
  return [
    `${address}: ${all}; damaged: ${counted(damagedArtifacts.length, 'artifact')}, ${counted(damagedResults.length, 'result')}`,
    ...damagedArtifacts.map((digest) => `  artifact ${digest}: another content; it is dropped`),
    ...damagedResults.map((key) => `  result ${key}: changed, or without one of its artifacts`),
    'The next run makes again what it needs of them.',
  ].join('\n');
}

/** `twoshot cache verify` */
export const verify: Command = async (invocation, environment) => {
  const { workspace, stderr, stdout, signal } = environment;
  const address = storeOf(invocation, environment);
  if (!address.ok) return showFailures(address.failures, environment);
  const found = await openStore(address.value, workspace, 'read');
  if (!found.ok) return showFailures(found.failures, environment);
  const isEmpty = (await found.value.artifacts()).length + (await found.value.results()).length === 0;
  if (isEmpty) {
    writeLine(stdout, `${address.value}: no results are stored there`);
    return exitCodes.done;
  }
  // What is damaged is dropped, for which the store must be writable.
  const store = await openStore(address.value, workspace, 'run', { warn: warnOn(environment) });
  if (!store.ok) return showFailures(store.failures, environment);
  let told = performance.now();
  const check = await verifyStore(store.value, signal, (done, total) => {
    if (performance.now() - told < interval) return;
    told = performance.now();
    writeLine(stderr, `read ${done} of ${counted(total, 'artifact')}`);
  }).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (check === null) return exitCodes.interrupted;
  writeLine(stdout, checkText(address.value, check));
  return check.damagedArtifacts.length + check.damagedResults.length === 0 ? exitCodes.done : exitCodes.failed;
};
