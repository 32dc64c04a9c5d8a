import { join } from 'node:path';
import type { Metrics, Protocol } from './contents.js';
import { readDocument, writeDocument } from './json-document.js';
import { type Shape, aBoolean, aNumber, aString, inside, listOf, nullable, object, recordOf } from './json-shape.js';

const fileName = 'metrics.json';

/** Writes figures with their protocol; a figure that is no finite number is refused. */
export async function writeMetrics(dir: string, { values, protocol, confusion, classNames }: Metrics): Promise<void> {
  await writeDocument(join(dir, fileName), { values, protocol: { ...protocol }, confusion, classNames });
}

export async function readMetrics(dir: string): Promise<Metrics> {
  const file = join(dir, fileName);
  const place = { file, path: '' };
  const { values, protocol, confusion, classNames } = object(await readDocument(file), place);
  return {
    values: recordOf(aNumber)(values, inside(place, 'values')),
    protocol: aProtocol(protocol, inside(place, 'protocol')),
    confusion: nullable(listOf(listOf(aNumber)))(confusion, inside(place, 'confusion')),
    classNames: listOf(aString)(classNames, inside(place, 'classNames')),
  };
}

const aProtocol: Shape<Protocol> = (value, place) => {
  const protocol = object(value, place);
  const figure = (name: string): number => aNumber(protocol[name], inside(place, name));
  return {
    split: figure('split'),
    draw: figure('draw'),
    seed: figure('seed'),
    labelled: figure('labelled'),
    transductive: aBoolean(protocol['transductive'], inside(place, 'transductive')),
    rows: figure('rows'),
    n: figure('n'),
    set: aString(protocol['set'], inside(place, 'set')),
  };
};
