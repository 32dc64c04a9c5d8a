export * from './plain-views.js';
export * from './policy.js';
export * from './view-source.js';
export * from './parse-policy.js';
