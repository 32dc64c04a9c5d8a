import { systemCode } from '@twoshot/disk';

/** Code of the error of a stage that ran out of memory. */
export const outOfMemory = 'out-of-memory';

/** What V8, C++, Python and TensorFlow write or throw when they get no memory. */
const wording =
  /out of memory|reached heap limit|fatal javascript invalid size error|(array buffer|memory) allocation failed|std::bad_alloc|(cannot|could not) allocate memory|unable to grow instance memory|OOM when allocating/i;

/** Whether a line of output, or the message of an error, says that there was no memory. */
export const saysOutOfMemory = (text: string): boolean => wording.test(text);

export const isOutOfMemory = (error: Error): boolean =>
  systemCode(error) === 'ENOMEM' ||
  systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ||
  (['RangeError', 'Error'].includes(error.name) && saysOutOfMemory(error.message));

/** @param how it showed */
export const outOfMemoryMessage = (how: string): string =>
  `the stage ran out of memory: ${how}; run fewer stages at once (--jobs 1), take smaller batches or images, or let ` +
  'JavaScript have more (NODE_OPTIONS=--max-old-space-size=8192)';
