import { escape } from './markup.js';

const style = `
:root{color-scheme:light dark;--ink:#16202b;--quiet:#5a6775;--paper:#fbfbf9;--card:#fff;--line:#dfe3e6;--accent:#0a7c66;--wrong:#c2452d}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf0;--quiet:#98a5b0;--paper:#12171b;--card:#1a2127;--line:#2d3740;--accent:#4fc9ac;--wrong:#f0795f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 20px 64px}header h1{margin:0;font-size:30px;letter-spacing:-.02em}
h2{font-size:17px;margin:0 0 4px}.note{color:var(--quiet);margin:0 0 12px;max-width:72ch}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin-top:18px}
.tiles{display:flex;flex-wrap:wrap;gap:14px;margin-top:18px}.tile{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 20px;min-width:150px}
.tile b{display:block;font-size:28px;letter-spacing:-.02em;font-variant-numeric:tabular-nums}.tile span{color:var(--quiet)}.tile.main b{color:var(--accent)}
.scroll{overflow-x:auto}.graph rect{fill:var(--paper);stroke:var(--line)}.graph .edges path{fill:none;stroke:var(--quiet);stroke-opacity:.5;stroke-width:1.4}
.graph text{fill:var(--ink);font:600 13px system-ui,sans-serif}.graph .use{fill:var(--quiet);font-weight:400;font-size:11.5px}
.curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px}.curve{margin:0}.curve figcaption{font-weight:600}
.curve svg{width:100%;height:auto}.curve line{stroke:var(--line)}.curve text{fill:var(--quiet);font:11px system-ui,sans-serif}.curve path{fill:none;stroke:var(--accent);stroke-width:1.8}
.pictures{display:flex;flex-wrap:wrap;gap:10px}.pictures figure{margin:0;text-align:center}.pictures i{display:block;image-rendering:pixelated;border-radius:6px}
.pictures figcaption{font-size:11.5px;color:var(--quiet);max-width:84px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:5px 9px;text-align:right}th{font-weight:600;color:var(--quiet)}th[scope=row]{text-align:left}
.confusion td{min-width:46px;border-radius:5px}.confusion .right{background:color-mix(in srgb,var(--accent) calc(var(--share)*70%),transparent)}
.confusion .wrong{background:color-mix(in srgb,var(--wrong) calc(var(--share)*260%),transparent)}.recall{color:var(--quiet)}
.list td,.list th{text-align:left;border-top:1px solid var(--line)}.list thead th{border-top:0}code{font:12.5px ui-monospace,monospace}`;

/** One self-contained page: no script, no file and no address outside it. */
export function pageDocument(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>\n`;
}
