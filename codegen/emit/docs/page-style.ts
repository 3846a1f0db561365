/** The style of the page: light or dark as the reader's system says, light on paper, one column on a phone. */
export const pageStyle = `
:root { color-scheme: light; --ink: #1c2330; --soft: #566070; --paper: #fff; --card: #f6f7f9; --edge: #d9dde3; --frame: #838b97; --accent: #0b5cb8; --key: #835500; --find: #fff3bf; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e6e9ee; --soft: #a3adbb; --paper: #12161c; --card: #1a2029; --edge: #313a47; --frame: #6a7687; --accent: #6cb2ff; --key: #e3b341; --find: #3d3300; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, td.name, td.type, td.null { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; }
header { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 1rem; background: var(--paper); border-bottom: 1px solid var(--edge); }
h1 { margin: 0; font-size: 1.1rem; } header output { color: var(--soft); font-size: .875rem; }
#find { flex: 1 1 12rem; max-width: 30rem; padding: .45rem .7rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--frame); border-radius: 6px; } #find::placeholder { color: var(--soft); opacity: 1; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; padding: .45rem .7rem; background: var(--paper); }
.layout { display: grid; grid-template-columns: clamp(10rem, 20vw, 16rem) minmax(0, 1fr); }
nav { position: sticky; top: 3.8rem; align-self: start; max-height: calc(100vh - 3.8rem); overflow: auto; padding: 1rem; }
nav ul { margin: 0; padding: 0; list-style: none; } nav li { padding: .1rem 0; overflow-wrap: anywhere; } nav summary { color: var(--soft); margin-bottom: .3rem; cursor: pointer; }
main { padding: 1rem 1.25rem 4rem; min-width: 0; min-height: calc(100vh - 3.8rem); border-left: 1px solid var(--edge); } main:focus { outline: 0; }
.picture { margin-bottom: 1.5rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); overflow: hidden; }
.bar { display: flex; gap: .5rem 1rem; align-items: center; justify-content: space-between; padding: .4rem .6rem; border-bottom: 1px solid var(--edge); }
.legend { margin: 0; color: var(--soft); font-size: .75rem; } .legend span { display: inline-block; margin-right: .75rem; } .legend b { color: var(--key); font-weight: 600; }
.tools { display: flex; gap: .3rem; } .tools button { min-width: 2.25rem; height: 2.25rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--frame); border-radius: 6px; cursor: pointer; }
.picture svg { display: block; width: 100%; height: min(65vh, 46rem); touch-action: pan-y; cursor: grab; } .picture svg:focus { touch-action: none; outline: 2px solid var(--accent); outline-offset: -2px; } .picture svg.moving { cursor: grabbing; }
svg text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
svg .title { font-weight: 700; } svg .type { fill: var(--soft); text-anchor: end; } svg .mark { fill: var(--key); font-size: 10px; }
svg .box rect { fill: var(--paper); stroke: var(--frame); } svg .derived rect { stroke-dasharray: 4 3; } svg .box:hover rect, svg .box:focus rect { stroke: var(--accent); stroke-width: 2; }
svg .box:hover { text-decoration: none; } svg .rule { stroke: var(--edge); } svg .line, svg marker path { fill: none; stroke: var(--soft); stroke-width: 1.2; } svg .line:hover { stroke: var(--accent); stroke-width: 2.5; }
svg.far .title { font-size: var(--far); transform: translate(-5px, 8px); } svg.far :is(.name, .type, .mark, .rule) { display: none; }
section.table { padding: .75rem 0 1.25rem; border-top: 1px solid var(--edge); content-visibility: auto; contain-intrinsic-size: auto 24rem; }
section.table h2 { margin: .25rem 0; font-size: 1.25rem; overflow-wrap: anywhere; } h2 a { color: inherit; } .kind { color: var(--soft); font-size: .875rem; font-weight: 400; }
p.comment { margin: .25rem 0 .75rem; } .comment { white-space: pre-line; overflow-wrap: anywhere; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; } th { width: 22%; text-align: left; color: var(--soft); font-weight: 500; font-size: .8rem; } th:nth-child(3) { width: 3.5rem; } th:nth-child(4) { width: 28%; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--edge); vertical-align: baseline; overflow-wrap: anywhere; }
td { font-size: .9375rem; } td.type, td.null { color: var(--soft); } tr.found { background: var(--find); }
.chip { display: inline-block; margin: 0 .35rem .15rem 0; padding: 0 .4rem; border: 1px solid var(--edge); border-radius: 4px; color: var(--soft); font-size: .8rem; } .chip.key { color: var(--key); } a.chip { color: var(--accent); }
ul.facts { margin: .75rem 0; padding-left: 1.1rem; font-size: .9375rem; } ul.facts code { overflow-wrap: anywhere; }
pre { padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
@media (max-width: 46rem) {
  header { top: -2.15rem; } h1 { flex: 1; } #find { order: 1; flex-basis: 100%; max-width: none; }
  .layout { display: block; } nav { position: static; max-height: none; border-bottom: 1px solid var(--edge); padding: .6rem 1rem; } nav ul { max-height: 50vh; overflow: auto; }
  nav li { padding: .35rem 0; } main { padding: .75rem 1rem 3rem; min-height: 0; border: 0; } .picture svg { height: 50vh; }
  table, tbody, tr, td { display: block; } thead { display: none; } tr { padding: .5rem 0; border-bottom: 1px solid var(--edge); } td { padding: 0; border: 0; } td:empty { display: none; }
  td.name { font-weight: 600; } td.type, td.null { display: inline; } td.null { margin-left: .75rem; }
}
@media print { nav, .tools, #find, output { display: none; } .layout { display: block; } header { position: static; } main { border: 0; } section.table { content-visibility: visible; } h2, tr, li { break-inside: avoid; } h2 { break-after: avoid; } }
`
