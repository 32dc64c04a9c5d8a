import { describeValue, failed, quote, type Result, success, type Where } from '@twoshot/diagnostics';
import { plain, type Located } from '../yaml/located.js';

/** An edge as it is written: `stage.port`, or `stage@axis=value.port` for one point of a matrix. */
export interface Reference {
  readonly instance: string;
  /** Axes that the edge fixes, with the values as in ids. */
  readonly point: ReadonlyMap<string, string>;
  readonly port: string;
  readonly where: Where;
}

const shape = /^([A-Za-z][\w-]*)(?:@([^@]+))?\.([A-Za-z][\w-]*)$/;

/** Parses an edge; names are not resolved. */
export function readReference(located: Located): Result<Reference> {
  const { where } = located;
  const text = located.type === 'scalar' && typeof located.value === 'string' ? located.value : null;
  const match = text === null ? null : shape.exec(text);
  const point = new Map<string, string>();
  for (const part of match?.[2]?.split(',') ?? []) {
    const [axis = '', value = ''] = part.split('=', 2);
    point.set(axis, value);
  }
  if (match === null || [...point].some(([axis, value]) => axis === '' || value === '')) {
    return failed({
      code: 'bad-reference',
      message: text === null ? 'this is not an edge' : `${quote(text)} is not an edge`,
      where,
      expected: '`stage.port`',
      found: describeValue(plain(located)),
    });
  }
  return success({ instance: match[1] ?? '', point, port: match[3] ?? '', where });
}

export const showReference = ({ instance, point, port }: Reference): string => `${instance}${showPoint(point)}.${port}`;

const showPoint = (point: ReadonlyMap<string, string>): string =>
  point.size === 0 ? '' : `@${[...point].map(([axis, value]) => `${axis}=${value}`).join(',')}`;
