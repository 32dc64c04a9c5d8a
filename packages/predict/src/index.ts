export { type AnswerFormat, csvAnswers, jsonAnswers } from './answer-lines.js';
export { type FolderOptions, labelFolder } from './label-folder.js';
export { type Answer, openPredictor, type Predictor, type PredictorOptions } from './predictor.js';
export { watchFolder, type WatchOptions } from './watch-folder.js';
