export { encodeModel } from './encode-model.js';
export type { OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from './onnx-model.js';
export { outputShapes, translateGraph, type TranslatedGraph } from './translate-graph.js';
