export { exportBrowser } from './export-browser.js';
export { exportOnnx } from './export-onnx.js';
export { type ExportedModel } from './trace-classifier.js';
