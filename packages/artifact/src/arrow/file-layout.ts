import { FlatBuffer } from './flat-buffer.js';

/**
 * What arrow-js trusts in the metadata of an Arrow file: with one wrong byte it loops 2^31 times, or takes all memory.
 * Tables and their slots: https://github.com/apache/arrow/tree/main/format (File.fbs, Schema.fbs, Message.fbs).
 */

type Table = ReturnType<FlatBuffer['root']>;

/** Position of a batch in the file. */
export interface Block {
  readonly offset: number;
  readonly metadata: number;
  readonly body: number;
}

export interface Footer {
  readonly dictionaries: readonly Block[];
  readonly batches: readonly Block[];
}

const maxDepth = 32;
const blockBytes = 24;
const recordBatchHeader = 3;
const dictionaryHeader = 2;
/** Version 4 of the metadata, in which buffers lost a field. */
const oldestVersion = 3;

/**
 * Checks the footer of an Arrow file.
 *
 * @param end bytes of the file before the footer
 * @throws RangeError for offsets outside it, and for overlapping batches
 */
export function checkFooter(bytes: Uint8Array, end: number): Footer {
  const buffer = new FlatBuffer(bytes);
  const root = buffer.root();
  const schema = buffer.table(root, 1);
  if (schema === null) throw new RangeError('no schema');
  for (const field of buffer.tables(schema, 1)) checkField(buffer, field, 1);
  checkTexts(buffer, schema, 2);
  const [dictionaries, batches] = [blocksOf(buffer, root, 2), blocksOf(buffer, root, 3)] as const;
  let after = 0;
  for (const { offset, metadata, body } of [...dictionaries, ...batches].sort((a, b) => a.offset - b.offset)) {
    if (offset < after || metadata < 8 || offset + metadata + body > end)
      throw new RangeError(`a batch of ${metadata} + ${body} bytes at ${offset}, in a file of ${end}`);
    after = offset + metadata + body;
  }
  return { dictionaries, batches };
}

function blocksOf(buffer: FlatBuffer, footer: Table, slot: number): Block[] {
  const { at, length } = buffer.vector(footer, slot, blockBytes);
  return Array.from({ length }, (_, index) => {
    const start = at + blockBytes * index;
    return {
      offset: buffer.count(start),
      metadata: buffer.view.getInt32(start + 8, true),
      body: buffer.count(start + 16),
    };
  });
}

function checkField(buffer: FlatBuffer, field: Table, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`columns in columns, ${depth} deep`);
  buffer.vector(field, 0, 1);
  buffer.table(field, 3);
  buffer.table(field, 4);
  for (const child of buffer.tables(field, 5)) checkField(buffer, child, depth + 1);
  checkTexts(buffer, field, 6);
}

function checkTexts(buffer: FlatBuffer, table: Table, slot: number): void {
  for (const pair of buffer.tables(table, slot)) for (const each of [0, 1]) buffer.vector(pair, each, 1);
}

/**
 * Checks the metadata of a batch, as it stands in the file.
 *
 * @param bytes from the start of the block, up to its body
 * @param body bytes of the body
 * @throws RangeError
 */
export function checkMessage(bytes: Uint8Array, body: number, type: 'batch' | 'dictionary'): void {
  const prefix = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = prefix.getUint32(0, true) === 0xff_ff_ff_ff ? 8 : 4;
  const length = prefix.getInt32(start - 4, true);
  if (length <= 0 || length > bytes.length - start) throw new RangeError(`metadata of ${length} bytes`);
  const buffer = new FlatBuffer(bytes.subarray(start, start + length));
  const message = buffer.root();
  const wanted = type === 'batch' ? recordBatchHeader : dictionaryHeader;
  if (buffer.byte(message, 1) !== wanted) throw new RangeError(`a message that is no ${type}`);
  if (buffer.short(message, 0) < oldestVersion) throw new RangeError('metadata of a version before 4');
  if (buffer.count(buffer.field(message, 3)) !== body) throw new RangeError('a body of another length');
  checkTexts(buffer, message, 4);
  const header = buffer.table(message, 2);
  const batch = header === null || type === 'batch' ? header : buffer.table(header, 1);
  if (batch === null) throw new RangeError('no header');
  checkRegions(buffer, batch, body);
}

/** The nodes of a batch (length and nulls of a column) and its buffers (offset and length in the body). */
function checkRegions(buffer: FlatBuffer, batch: Table, body: number): void {
  const nodes = buffer.vector(batch, 1, 16);
  for (let at = nodes.at; at < nodes.at + 16 * nodes.length; at += 16)
    if (buffer.count(at + 8) > buffer.count(at)) throw new RangeError('more nulls than rows');
  const buffers = buffer.vector(batch, 2, 16);
  for (let at = buffers.at; at < buffers.at + 16 * buffers.length; at += 16)
    if (buffer.count(at) + buffer.count(at + 8) > body) throw new RangeError('values behind the body');
  buffer.table(batch, 3);
  buffer.vector(batch, 4, 8);
}
