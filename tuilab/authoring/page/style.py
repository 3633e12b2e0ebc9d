"""How a page looks: quiet, in the lab's colours, dark and light, on paper too."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --raised: #f4f2ec; --ink: #20262d; --quiet: #5a6470; --rule: #d5d1c6;
  --forward: #1560bd; --gradient: #b4540a; --parameter: #1d7a3e; --accent: #6f35c5; --wrong: #c0262f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1318; --raised: #161b22; --ink: #d6dce4; --quiet: #98a3b1; --rule: #2c3540;
    --forward: #6cb0f6; --gradient: #f29b54; --parameter: #79c98f; --accent: #c9a5ff; --wrong: #f4707a;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 17px/1.55 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.1rem 5rem; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .8rem; padding-top: 1.2rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.1rem; }
header p, .facts, figcaption, caption, footer { color: var(--quiet); }
header p { margin: .2rem 0; }
nav ol { padding-left: 1.4rem; columns: 2 16rem; }
a { color: var(--accent); text-underline-offset: .15em; }
pre, code, samp, kbd { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { font-size: .84rem; line-height: 1.45; overflow-x: auto; margin: .8rem 0; padding: .7rem .9rem;
      background: var(--raised); border-radius: 5px; tab-size: 4; }
:not(pre) > code { font-size: .88em; background: var(--raised); padding: .08em .28em; border-radius: 3px; }
.k { font-weight: 700; } .c { color: var(--quiet); font-style: italic; }
.s { color: var(--quiet); } .d { font-style: italic; }
.formula { overflow-x: auto; overflow-y: hidden; margin: 1rem 0; padding: .3rem 0; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "STIX Math", STIX, math;
       font-size: 1.08em; }
 .formula math { font-size: 1.2em; }
.output { border-left: 3px solid var(--rule); padding-left: .9rem; margin: -.2rem 0 1rem; }
.output pre { background: none; padding: .2rem 0; margin: .2rem 0; }
.facts { font-size: .85rem; margin: .3rem 0; }
.wrong { color: var(--wrong); } .right { color: var(--parameter); }
.wide { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--rule); vertical-align: top; }
.to-right { text-align: right; } .to-center { text-align: center; }
table.heat td { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; text-align: right;
  border: 1px solid var(--paper); padding: .2rem .5rem; font-size: .84rem;
  background: color-mix(in srgb, var(--forward) var(--h), var(--raised)); }
table.heat td.n { background: color-mix(in srgb, var(--gradient) var(--h), var(--raised)); }
caption { text-align: left; font-size: .85rem; font-family: ui-monospace, monospace; }
.lab { border: 1px solid var(--rule); border-radius: 6px; padding: .3rem 1rem .7rem; margin: 1.2rem 0; }
.lab > h3 { font-size: .95rem; color: var(--accent); margin: .6rem 0; }
.lab dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .5rem 0; }
dt { color: var(--quiet); } dd { margin: 0; }
.forward { color: var(--forward); } .backward { color: var(--gradient); }
td.forward, td.backward { white-space: nowrap; }
.parameter { color: var(--parameter); }
details { margin: .7rem 0; padding: .1rem .9rem; border-left: 3px solid var(--accent); }
summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
figure { margin: 1rem 0; } figcaption { font-size: .88rem; }
svg { display: block; width: 100%; height: auto; max-width: 40rem; }
svg text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
.axis { stroke: var(--quiet); fill: none; } .grid { stroke: var(--rule); fill: none; stroke-width: .6; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.c0, .dots.c0 { stroke: var(--forward); } .line.c1, .dots.c1 { stroke: var(--gradient); }
.line.c2, .dots.c2 { stroke: var(--parameter); } .line.c3, .dots.c3 { stroke: var(--accent); }
.line.c4, .dots.c4 { stroke: var(--wrong); } .line.c5, .dots.c5 { stroke: var(--ink); }
.line.c6, .dots.c6, .line.c7, .dots.c7 { stroke: var(--quiet); }
.dots { fill: none; stroke-width: 1.4; }
.bar, .above { fill: var(--forward); } .below { fill: var(--gradient); }
.paper { fill: var(--raised); } .missing { fill: var(--wrong); }
.images { display: flex; flex-wrap: wrap; gap: .6rem; } .images figure { margin: .4rem 0; flex: 0 1 9rem; }
img { max-width: 100%; height: auto; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--rule); color: var(--quiet); }
li { margin: .2rem 0; } hr { border: 0; border-top: 1px solid var(--rule); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: .88rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print {
  :root { --paper: #fff; --raised: #f6f6f6; --ink: #000; --quiet: #444; --rule: #bbb;
          --forward: #1560bd; --gradient: #b4540a; --parameter: #1d7a3e; --accent: #333;
          color-scheme: light; }
  html { font-size: 11pt; } body { max-width: none; padding: 0; } nav { display: none; }
  h2, h3 { break-after: avoid; } pre, figure, table, .formula, .lab { break-inside: avoid; }
  pre { white-space: pre-wrap; } details > *:not(summary) { content-visibility: visible; display: block; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
