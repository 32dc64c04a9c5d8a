export { closingText } from './closing.js';
export { comparisonText } from './comparison-text.js';
export { runPage, type LayOut } from './page/run-page.js';
export { plainReporter } from './plain.js';
