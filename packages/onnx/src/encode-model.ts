import protobuf from 'protobufjs';
import { type Attribute, elementTypes, type OnnxModel, type OnnxPort } from './onnx-model.js';
import { onnxSchema } from './onnx-schema.js';

/** The version of the operators that nodes are written in, and the oldest version of the format that knows it. */
const opset = 17;
const irVersion = 8;

/** The bytes of an ONNX file. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const type = protobuf.parse(onnxSchema, { keepCase: true }).root.lookupType('onnx.ModelProto');
  const { name, doc, nodes, constants, inputs, outputs, metadata } = model;
  const message = {
    ir_version: irVersion,
    producer_name: 'twoshot',
    doc_string: doc,
    opset_import: [{ domain: '', version: opset }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: nodes.map((node, at) => ({
        name: `${node.type}_${at}`,
        op_type: node.type,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([key, value]) => attributeOf(key, value)),
      })),
      initializer: constants.map((tensor) => ({
        name: tensor.name,
        data_type: elementTypes[tensor.type],
        dims: tensor.shape,
        raw_data: tensor.bytes,
      })),
      input: inputs.map(portOf),
      output: outputs.map(portOf),
    },
  };
  return type.encode(message).finish();
}

/** `type` is the number of the kind of attribute (`AttributeProto.AttributeType`). */
function attributeOf(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: 2, i: value };
  return 'float' in value ? { name, type: 1, f: value.float } : { name, type: 7, ints: value };
}

const portOf = ({ name, type, shape, doc }: OnnxPort): object => ({
  name,
  doc_string: doc,
  type: {
    tensor_type: {
      elem_type: elementTypes[type],
      shape: { dim: shape.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size })) },
    },
  },
});
