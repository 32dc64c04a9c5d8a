export { closingText } from './closing.js';
export { liveReporter, type Terminal } from './live.js';
export { runPage, type LayOut } from './page/run-page.js';
export { plainReporter } from './plain.js';
