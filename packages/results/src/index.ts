export { findClassifier, type FoundModel, type Search } from './find-classifier.js';
