import { css } from '@twoshot/page';

/** Styles of this page only: states, times and logs. */
export const style = css`
  .problem {
    border-left: 4px solid var(--wrong);
    padding: 8px 14px;
    background: var(--card);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .problem.warning {
    border-left-color: var(--skipped);
  }
  .ran rect {
    stroke: var(--accent);
  }
  .cached rect {
    stroke: var(--cached);
  }
  .failed rect {
    stroke: var(--wrong);
    stroke-width: 2.5;
  }
  .skipped rect {
    stroke-dasharray: 4 3;
  }
  .graph .ran .note,
  td.ran {
    fill: var(--accent);
    color: var(--accent);
  }
  .graph .cached .note,
  td.cached {
    fill: var(--cached);
    color: var(--cached);
  }
  .graph .failed .note,
  td.failed {
    fill: var(--wrong);
    color: var(--wrong);
  }
  .graph .skipped .note,
  td.skipped {
    fill: var(--skipped);
    color: var(--skipped);
  }
  td.number {
    text-align: right;
    white-space: nowrap;
  }
  .list {
    width: 100%;
  }
  .time {
    position: relative;
    height: 12px;
    min-width: 160px;
    background: var(--paper);
    border-radius: 3px;
    margin-top: 5px;
  }
  .time i {
    position: absolute;
    top: 0;
    bottom: 0;
    min-width: 2px;
    border-radius: 3px;
    background: var(--accent);
  }
  .time i.failed {
    background: var(--wrong);
  }
  pre {
    overflow-x: auto;
    background: var(--paper);
    padding: 10px;
  }
  details {
    border-top: 1px solid var(--line);
    padding: 6px 0;
  }
  summary {
    cursor: pointer;
    overflow-wrap: anywhere;
  }
`;
