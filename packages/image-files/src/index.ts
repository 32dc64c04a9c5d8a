export * from './decode-image.js';
export * from './folder-files.js';
export * from './image-fault.js';
export * from './image-formats.js';
export * from './image-header.js';
export * from './read-image.js';
export * from './sample-range.js';
