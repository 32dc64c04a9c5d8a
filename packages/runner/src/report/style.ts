/** Style of the page about a run; colours follow the reader's choice of light or dark. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2430; --faint: #667085; --line: #d5dae1; --panel: #f6f7f9;
  --ran: #1a7f4b; --cached: #3867b5; --failed: #c0352b; --skipped: #8b93a1; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --text: #e6e9ee; --faint: #98a2b3; --line: #313945;
  --panel: #1a2029; --ran: #4cc38a; --cached: #7aa5ee; --failed: #f2786d; --skipped: #7d8694; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 10px; }
.lead { color: var(--faint); margin: 0; overflow-wrap: anywhere; }
.problem { border-left: 4px solid var(--failed); padding: 8px 14px; background: var(--panel); white-space: pre-wrap; }
.scroll { overflow-x: auto; }
.graph rect { fill: var(--panel); stroke: var(--line); stroke-width: 1.5; }
.graph .edge { fill: none; stroke: var(--faint); stroke-width: 1.3; opacity: .6; }
.graph text { fill: var(--text); font: 12px system-ui, sans-serif; }
.graph .id { font-weight: 600; font-size: 13px; } .graph .use { fill: var(--faint); }
.ran rect { stroke: var(--ran); } .cached rect { stroke: var(--cached); }
.failed rect { stroke: var(--failed); stroke-width: 2.5; } .skipped rect { stroke-dasharray: 4 3; }
.graph .ran .note, td.ran { fill: var(--ran); color: var(--ran); }
.graph .cached .note, td.cached { fill: var(--cached); color: var(--cached); }
.graph .failed .note, td.failed { fill: var(--failed); color: var(--failed); }
.graph .skipped .note, td.skipped { fill: var(--skipped); color: var(--skipped); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 6px 12px 6px 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } th { color: var(--faint); font-weight: 500; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.time { position: relative; height: 12px; min-width: 160px; background: var(--panel); border-radius: 3px; margin-top: 6px; }
.time i { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 3px; background: var(--ran); }
.time i.failed { background: var(--failed); }
code, pre { font: 12.5px/1.45 ui-monospace, monospace; } pre { overflow-x: auto; background: var(--panel); padding: 10px; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
`;
