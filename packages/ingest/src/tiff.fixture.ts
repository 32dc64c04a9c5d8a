/** TIFF files of numbers that sharp does not write, grey or RGB: one strip, little-endian, uncompressed. */
export function tiffOf(
  width: number,
  values: Float32Array | Int32Array | Uint16Array,
  channels: 1 | 3 = 1,
): Uint8Array {
  const format = values instanceof Float32Array ? 3 : values instanceof Int32Array ? 2 : 1;
  const height = values.length / width / channels;
  const bits = values.BYTES_PER_ELEMENT * 8;
  const tags: readonly (readonly [tag: number, value: number])[] = [
    [256, width],
    [257, height],
    [258, bits],
    [259, 1],
    [262, channels === 3 ? 2 : 1],
    [273, 8],
    [277, channels],
    [278, height],
    [279, values.byteLength],
    [339, format],
  ];
  const bytes = Buffer.alloc(8 + values.byteLength + 2 + 12 * tags.length + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8 + values.byteLength, 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 8);
  let at = bytes.writeUInt16LE(tags.length, 8 + values.byteLength);
  for (const [tag, value] of tags) {
    at = bytes.writeUInt16LE(tag, at);
    // All as one LONG.
    at = bytes.writeUInt16LE(4, at);
    at = bytes.writeUInt32LE(1, at);
    at = bytes.writeUInt32LE(value, at);
  }
  return bytes;
}
