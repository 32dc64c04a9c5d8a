import { commandLine } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';
import { showFailures } from '../failures.js';
import { failureOf, foundModel } from '../found-model.js';
import { pathOf } from '../option-values.js';

/** `twoshot export` */
export const exportModel: Command = async (invocation, environment) => {
  const { cwd, stdout } = environment;
  const targets = { onnx: pathOf(invocation, 'onnx'), browser: pathOf(invocation, 'browser') };
  if (!targets.onnx.ok) return showFailures(targets.onnx.failures, environment);
  if (!targets.browser.ok) return showFailures(targets.browser.failures, environment);
  const [onnx, browser] = [targets.onnx.value, targets.browser.value];
  if (onnx === undefined && browser === undefined) {
    const text = `export ${invocation.args[0]}`;
    const where = { file: commandLine, line: 1, column: text.length + 1, text };
    const message = 'it is not said what to export the model to';
    const expected = '--onnx FILE, --browser FOLDER, or both';
    return showFailures([{ code: 'command-line', message, where, expected }], environment);
  }
  const found = await foundModel(invocation, environment);
  if (!found.ok) return showFailures(found.failures, environment);
  const { exportBrowser, exportOnnx } = await import('@twoshot/export');
  try {
    if (onnx !== undefined) writeLine(stdout, await exportOnnx(found.value, onnx, cwd));
    if (browser !== undefined) writeLine(stdout, await exportBrowser(found.value, browser, cwd));
  } catch (error) {
    return showFailures([failureOf(error)], environment);
  }
  return exitCodes.done;
};
