/** The style of the page: light or dark as the reader's system says, one column on a phone. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6472; --paper: #fff; --card: #f6f7f9; --edge: #d9dde3; --accent: #0b62c4; --key: #8a5a00; --find: #fff3bf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa4b2; --paper: #12161c; --card: #1a2029; --edge: #313a47; --accent: #6cb2ff; --key: #e3b341; --find: #4a3d00; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, td.name, td.type { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
header { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 1rem; background: var(--paper); border-bottom: 1px solid var(--edge); }
h1 { margin: 0; font-size: 1.1rem; } header output { color: var(--soft); font-size: .875rem; }
#find { flex: 1 1 12rem; max-width: 30rem; padding: .45rem .7rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
.layout { display: grid; grid-template-columns: minmax(11rem, 16rem) minmax(0, 1fr); }
nav { position: sticky; top: 3.7rem; align-self: start; max-height: calc(100vh - 3.7rem); overflow: auto; padding: 1rem; border-right: 1px solid var(--edge); }
nav ul { margin: 0; padding: 0; list-style: none; } nav li { padding: .1rem 0; overflow-wrap: anywhere; } nav summary { color: var(--soft); margin-bottom: .3rem; }
main { padding: 1rem 1.25rem 4rem; min-width: 0; }
.picture { position: relative; margin-bottom: 1.5rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); overflow: hidden; }
.picture svg { display: block; width: 100%; height: min(65vh, 46rem); touch-action: none; cursor: grab; } .picture svg.moving { cursor: grabbing; }
.tools { position: absolute; top: .5rem; right: .5rem; display: flex; gap: .3rem; }
.tools button { width: 2.4rem; height: 2.4rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; cursor: pointer; }
svg text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
svg .title { font-weight: 700; } svg .type { fill: var(--soft); text-anchor: end; } svg .mark { fill: var(--key); font-size: 9px; }
svg .box rect { fill: var(--paper); stroke: var(--edge); } svg .derived rect { stroke-dasharray: 4 3; } svg .box:hover rect, svg .box:focus rect { stroke: var(--accent); }
svg .box:hover { text-decoration: none; } svg .rule { stroke: var(--edge); } svg .line, svg marker path { fill: none; stroke: var(--soft); stroke-width: 1.2; } svg .line:hover { stroke: var(--accent); stroke-width: 2.5; }
section.table { padding: .75rem 0 1.25rem; border-top: 1px solid var(--edge); content-visibility: auto; contain-intrinsic-size: auto 24rem; }
section.table h2 { margin: .25rem 0; font-size: 1.25rem; overflow-wrap: anywhere; } .kind { color: var(--soft); font-size: .875rem; font-weight: 400; }
.comment { margin: .25rem 0 .75rem; white-space: pre-line; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; } th { text-align: left; color: var(--soft); font-weight: 500; font-size: .8rem; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--edge); vertical-align: top; overflow-wrap: anywhere; } td.comment { white-space: pre-line; }
td.type { color: var(--soft); } tr.found td { background: var(--find); }
.chip { display: inline-block; margin: 0 .35rem .15rem 0; padding: 0 .4rem; border: 1px solid var(--edge); border-radius: 4px; color: var(--soft); font-size: .8rem; } .chip.key { color: var(--key); }
ul.facts { margin: .75rem 0; padding-left: 1.1rem; } ul.facts code { overflow-wrap: anywhere; }
pre { padding: .75rem; overflow: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 46rem) {
  .layout { display: block; } nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--edge); padding: .6rem 1rem; }
  nav li { padding: .35rem 0; } main { padding: .75rem 1rem 3rem; } .picture svg { height: 55vh; } #find { flex-basis: 100%; max-width: none; }
  table, tbody, tr, td { display: block; } thead { display: none; } tr { padding: .5rem 0; border-bottom: 1px solid var(--edge); } td { padding: 0; border: 0; } td:empty { display: none; }
  td.name { font-weight: 600; }
}
@media print { nav, .tools, #find { display: none; } .layout { display: block; } header { position: static; } }
`
