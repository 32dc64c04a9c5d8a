/** Number of a field of a protocol buffer, and a whole number or the bytes of a text or another message. */
export type Field = readonly [number: number, value: number | string | Uint8Array];

/** The bytes of a message. */
export function protocolFields(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [variableLength(8 * number), variableLength(value)];
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      return [variableLength(8 * number + 2), variableLength(bytes.length), bytes];
    }),
  );
}

/** A whole number, 7 bits a byte, the lowest first. */
function variableLength(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.from([...bytes, left]);
}
