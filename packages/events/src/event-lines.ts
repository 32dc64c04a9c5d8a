import { failed, success, type Result } from '@twoshot/diagnostics';
import { eventFormat, type RunEvent } from './events.js';

/** An event as a line of `events.ndjson`. */
export const eventLine = (event: RunEvent, at: number): string => `${JSON.stringify({ at, ...event })}\n`;

/** When an event happened, in milliseconds since 1970. */
export type TimedEvent = RunEvent & { readonly at: number };

/**
 * Reads the events of a run.
 *
 * @param text of `events.ndjson`; a run that was killed may have left half a line at the end
 */
export function readEvents(text: string): Result<readonly TimedEvent[]> {
  const lines = text.split('\n').slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as TimedEvent);
  const [first] = events;
  if (first === undefined || (first.type === 'run-started' && first.format === eventFormat)) return success(events);
  return failed({
    code: 'event-format',
    message: 'the events of the run cannot be read',
    where: null,
    expected: `events of format ${eventFormat}, the first of them run-started`,
    found: first.type === 'run-started' ? `format ${first.format}` : first.type,
    next: 'read them with the Twoshot that wrote them',
  });
}
