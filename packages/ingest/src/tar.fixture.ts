export interface TarEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** Default `0`, a file. */
  readonly type?: string;
  readonly link?: string;
}

const blockBytes = 512;

function header({ name, type = '0', link = '' }: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(size.toString(8).padStart(11, '0'), 124);
  // The checksum counts itself as spaces.
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A tar archive with entries of any kind, also of those that no tool writes. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content);
    return [header(entry, content.length), content, Buffer.alloc(-content.length & (blockBytes - 1))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}
