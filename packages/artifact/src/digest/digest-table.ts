import { openTable } from '../arrow/open-table.js';
import { spellType } from '../arrow/spell-type.js';
import { canonicalJson } from '../canonical-json.js';
import { columnHash } from './column-hash.js';

/** Canonical description of the rows of an Arrow file: names, types, metadata and a hash of each column. */
export async function describeTable(file: string): Promise<string> {
  const { schema, batches, close } = await openTable(file);
  try {
    const hashes = schema.fields.map(({ type }) => columnHash(file, type));
    let rows = 0;
    for await (const batch of batches) {
      rows += batch.numRows;
      for (const [at, hash] of hashes.entries()) {
        const chunk = batch.data.children[at];
        if (chunk !== undefined) hash.update(chunk);
      }
    }
    const columns = schema.fields.map(({ name, type }, at) => [name, spellType(type), hashes[at]?.digest() ?? '']);
    return canonicalJson({ rows, columns, metadata: Object.fromEntries(schema.metadata) });
  } finally {
    await close();
  }
}
