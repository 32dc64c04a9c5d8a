/** Fields of the messages of ONNX (onnx.proto) that lead to a tensor, by message. */
const graphOfModel = 7;
const functionOfModel = 25;
const nodeOfGraph = 1;
const initializerOfGraph = 5;
const attributeOfNode = 5;
const nodeOfFunction = 7;
const tensorOfAttribute = 5;
const graphOfAttribute = 6;
const tensorsOfAttribute = 10;
const graphsOfAttribute = 11;
const externalDataOfTensor = 13;

type Visit = (message: Uint8Array) => void;

/**
 * Names of the files beside an ONNX file that hold weights of it, sorted; they are relative to its folder.
 *
 * @param model the bytes of the ONNX file
 * @throws Error where the bytes are no protocol buffer
 */
export function externalFiles(model: Uint8Array): string[] {
  const found = new Set<string>();
  const tensor: Visit = (message) =>
    eachField(message, { [externalDataOfTensor]: (entry) => note(textsOf(entry), found) });
  const attribute: Visit = (message) =>
    eachField(message, {
      [tensorOfAttribute]: tensor,
      [tensorsOfAttribute]: tensor,
      [graphOfAttribute]: graph,
      [graphsOfAttribute]: graph,
    });
  const node: Visit = (message) => eachField(message, { [attributeOfNode]: attribute });
  const graph: Visit = (message) => eachField(message, { [nodeOfGraph]: node, [initializerOfGraph]: tensor });
  const functions: Visit = (message) => eachField(message, { [nodeOfFunction]: node });
  eachField(model, { [graphOfModel]: graph, [functionOfModel]: functions });
  return [...found].sort();
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** An entry is a key (field 1) and a value (field 2). */
function textsOf(entry: Uint8Array): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  eachField(entry, { 1: (bytes) => (key = text(bytes)), 2: (bytes) => (value = text(bytes)) });
  return [key, value];
}

function note([key, value]: readonly [string, string], found: Set<string>): void {
  if (key === 'location') found.add(value);
}

/** Visits the fields of some numbers that hold bytes; others are passed over. */
function eachField(message: Uint8Array, visits: Readonly<Record<number, Visit>>): void {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 2 ** 63) throw new Error(`a number that does not end at byte ${at}`);
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (at + length > bytes.length) throw new Error(`a field of ${length} bytes at byte ${at} of ${bytes.length}`);
      visits[field]?.(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`a field of unknown type ${wire} at byte ${at}`);
  }
}
