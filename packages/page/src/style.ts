import { css } from './markup.js';

/** Styles of every page; colours follow the reader's light or dark theme. */
export const style = css`
  :root {
    color-scheme: light dark;
    --ink: #16202b;
    --quiet: #5a6775;
    --paper: #fbfbf9;
    --card: #fff;
    --line: #dfe3e6;
    --accent: #0a7c66;
    --wrong: #c2452d;
    --cached: #3867b5;
    --skipped: #8b93a1;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ink: #e8edf0;
      --quiet: #98a5b0;
      --paper: #12171b;
      --card: #1a2127;
      --line: #2d3740;
      --accent: #4fc9ac;
      --wrong: #f0795f;
      --cached: #7aa5ee;
      --skipped: #7d8694;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    background: var(--paper);
    color: var(--ink);
    font:
      15px/1.5 system-ui,
      sans-serif;
  }
  main {
    max-width: 1120px;
    margin: 0 auto;
    padding: 32px 20px 64px;
  }
  header h1 {
    margin: 0;
    font-size: 30px;
    letter-spacing: -0.02em;
  }
  h2 {
    font-size: 17px;
    margin: 0 0 4px;
  }
  .note {
    color: var(--quiet);
    margin: 0 0 12px;
    max-width: 72ch;
    overflow-wrap: anywhere;
  }
  section {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 14px;
    padding: 20px;
    margin-top: 18px;
  }
  .scroll {
    overflow-x: auto;
  }
  .graph {
    display: block;
    height: auto;
  }
  .graph rect {
    fill: var(--paper);
    stroke: var(--line);
    stroke-width: 1.5;
  }
  .graph .edge {
    fill: none;
    stroke: var(--quiet);
    stroke-opacity: 0.5;
    stroke-width: 1.4;
  }
  .graph text {
    fill: var(--ink);
    font:
      12px system-ui,
      sans-serif;
  }
  .graph .id {
    font-weight: 600;
    font-size: 13px;
  }
  .graph .use {
    fill: var(--quiet);
    font-size: 11.5px;
  }
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  td,
  th {
    padding: 5px 9px;
    text-align: left;
    vertical-align: top;
  }
  th {
    font-weight: 600;
    color: var(--quiet);
  }
  .list td,
  .list th {
    border-top: 1px solid var(--line);
  }
  .list thead th {
    border-top: 0;
  }
  code,
  pre {
    font:
      12.5px/1.45 ui-monospace,
      monospace;
  }
  .chart {
    display: block;
    width: 100%;
    height: auto;
  }
  .chart line {
    stroke: var(--line);
  }
  .chart text {
    fill: var(--quiet);
    font:
      11px system-ui,
      sans-serif;
  }
  .chart path {
    fill: none;
  }
  .chart .line {
    stroke: var(--accent);
    stroke-width: 2;
  }
  .chart .faint {
    stroke: var(--quiet);
    stroke-opacity: 0.5;
  }
  .chart line.mark {
    stroke: var(--wrong);
    stroke-dasharray: 4 3;
  }
  .chart text.mark {
    fill: var(--wrong);
  }
`;
