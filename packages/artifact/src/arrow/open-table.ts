import type { FileHandle } from 'node:fs/promises';
import { AsyncRecordBatchFileReader, RecordBatchReader, type RecordBatch } from 'apache-arrow';
import { ArtifactError, messageOf } from '../artifact-error.js';
import { openFile } from '../open-file.js';
import { checkBatch } from './check-batch.js';
import { checkFooter, checkMessage, type Block, type Footer } from './file-layout.js';

/** An open Arrow file, and its batches one by one. */
export interface OpenTable {
  readonly schema: RecordBatch['schema'];
  readonly batches: AsyncIterable<RecordBatch>;
  readonly close: () => Promise<void>;
}

/**
 * Opens an Arrow file and checks everything it returns: a file may be truncated, or come from an untrusted source.
 *
 * @throws ArtifactError
 */
export async function openTable(file: string): Promise<OpenTable> {
  const handle = await openFile(file, 'an Arrow file');
  // arrow-js closes the handle itself in some of its ends.
  const close = (): Promise<void> => handle.close().catch(() => undefined);
  try {
    const footer = await readFooter(file, handle);
    for (const block of footer.dictionaries) await checkBlock(handle, block, 'dictionary');
    const reader = await RecordBatchReader.from(handle);
    if (!(reader instanceof AsyncRecordBatchFileReader))
      throw new ArtifactError(file, 'an Arrow file', 'an Arrow stream');
    await reader.open();
    return { schema: reader.schema, batches: batchesOf(file, handle, reader, footer.batches), close };
  } catch (error) {
    await close();
    throw error instanceof ArtifactError ? error : new ArtifactError(file, 'an Arrow file', messageOf(error));
  }
}

const magic = 'ARROW1';
/** Length of the footer, and the magic. */
const tailBytes = 4 + 6;
/** Magic with its padding, and the tail of an empty footer. */
const smallestFile = 8 + tailBytes;

async function readFooter(file: string, handle: FileHandle): Promise<Footer> {
  const { size } = await handle.stat();
  if (size < smallestFile) throw new ArtifactError(file, 'an Arrow file', `${size} bytes`);
  const head = await bytesAt(handle, 0, 6);
  const tail = await bytesAt(handle, size - tailBytes, tailBytes);
  if (head.toString('latin1') !== magic)
    throw new ArtifactError(file, `an Arrow file (starts with ${magic})`, JSON.stringify(head.toString('latin1')));
  const length = tail.readInt32LE(0);
  if (tail.toString('latin1', 4) !== magic || length <= 0 || length > size - smallestFile)
    throw new ArtifactError(file, `a complete Arrow file (ends with ${magic})`, `a truncated one of ${size} bytes`);
  const end = size - tailBytes - length;
  return checkFooter(await bytesAt(handle, end, length), end);
}

async function checkBlock(handle: FileHandle, block: Block, type: 'batch' | 'dictionary'): Promise<void> {
  checkMessage(await bytesAt(handle, block.offset, block.metadata), block.body, type);
}

async function* batchesOf(
  file: string,
  handle: FileHandle,
  reader: AsyncRecordBatchFileReader,
  blocks: readonly Block[],
): AsyncGenerator<RecordBatch> {
  for (const [index, block] of blocks.entries()) {
    let batch: RecordBatch | null;
    try {
      await checkBlock(handle, block, 'batch');
      batch = await reader.readRecordBatch(index);
    } catch (error) {
      throw new ArtifactError(file, `record batch ${index} of ${blocks.length}`, messageOf(error));
    }
    if (batch === null) throw new ArtifactError(file, `record batch ${index} of ${blocks.length}`, 'none');
    checkBatch(file, batch);
    yield batch;
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
