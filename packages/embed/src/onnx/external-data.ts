import protobuf from 'protobufjs/minimal.js';

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

/** Wire type of fields that hold bytes, texts and messages. */
const lengthDelimited = 2;

/** Visits the fields of some numbers that hold bytes; others are passed over. */
function eachField(message: Uint8Array, visits: Readonly<Record<number, Visit>>): void {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [visit, wire] = [visits[tag >>> 3], tag & 7];
    if (wire === lengthDelimited && visit !== undefined) visit(reader.bytes());
    else reader.skipType(wire);
  }
}
