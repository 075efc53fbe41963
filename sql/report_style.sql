/*
 * report_style.sql: how the pages look.
 *
 * One style sheet for both reports, in the page itself: it loads nothing.  Colours
 * stand on top, once for light, once for dark and once for paper.  The one accent
 * means "look here"; a shape tells the kind of a mark, and colour only repeats it.
 */

CREATE FUNCTION transfer_detect_internal.report_style() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT $css$
/* 1. colours: ink, soft ink, line, fill, and one accent that means "this event" */
:root{color-scheme:light dark;
--bg:#fff;--ink:#17191c;--soft:#565d64;--line:#d7dbdf;--mid:#858c93;--fill:#f4f5f6;--acc:#b5360c;--tint:#fdf1ec;
--sans:-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#131619;--ink:#e7e9eb;--soft:#a3abb2;--line:#343a40;--mid:#7d858d;--fill:#1b1f23;--acc:#ff9467;--tint:#2b1d16}}

/* 2. page and type: 12 13 15 18 30 px, spaces in steps of 4 px */
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:.9375rem/1.5 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.page{max-width:76rem;margin:0 auto;padding:1.25rem clamp(1rem,4vw,3rem) 3rem}
h1,h2,h3,p,dl,dd,ul,ol,figure,pre{margin:0;padding:0}
h1{font-size:clamp(1.375rem,1rem + 1.6vw,1.875rem);line-height:1.25;font-weight:650;letter-spacing:-.012em;max-width:46rem;text-wrap:balance}
h2{font-size:1.125rem;line-height:1.35;font-weight:650;letter-spacing:-.005em}
h3{font-size:.9375rem;line-height:1.4;font-weight:650;margin-bottom:.5rem}
p{max-width:44rem}
small,.small{font-size:.8125rem;line-height:1.45}
.soft{color:var(--soft)}
b,strong{font-weight:650}
a{color:inherit;text-decoration-color:var(--mid);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--acc);outline-offset:2px}
code,pre{font-family:var(--mono);font-size:.8125rem;line-height:1.5}
code{direction:ltr;unicode-bidi:isolate;white-space:pre-wrap;overflow-wrap:anywhere}
h1 code{font-size:.86em;line-height:inherit;letter-spacing:-.02em}
/* a character that would not be seen, written as its code point */
.u{font-size:.6875rem;border:1px solid var(--mid);border-radius:2px;padding:0 .2em;margin:0 .1em;white-space:nowrap;color:var(--soft)}
.nb{white-space:nowrap}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

/* 3. head: what happened, how it stands, key facts */
.top{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1.5rem;font-size:.8125rem;color:var(--soft);padding-bottom:1.75rem}
.intro,.facts{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1.25rem 2rem}
.intro>div{grid-column:1/4}
.lede{font-size:1rem;line-height:1.55;margin-top:.75rem}
.state{font-size:.8125rem;line-height:1.5;margin-top:.25rem}
.state div{display:flex;border-top:1px solid var(--line);padding:.25rem 0}
.state dt{flex:0 0 5.5rem;color:var(--soft)}
.state dd{font-weight:650}
.facts{margin:2rem 0 1.5rem}
.facts dt{font-size:.75rem;color:var(--soft)}
.facts dd{line-height:1.4}
.facts dd small{display:block;color:var(--soft);margin-top:.125rem}
.facts>div{min-width:0}
.facts dd code{font-size:.8125rem}
nav{font-size:.8125rem;padding:0 0 .75rem}
nav ul{display:flex;flex-wrap:wrap;gap:.125rem 1.125rem;list-style:none}

/* 4. a section: its question in the left column, its answer in the right one */
section{display:grid;grid-template-columns:10.5rem minmax(0,1fr);gap:0 2.5rem;border-top:1px solid var(--line);padding:1.5rem 0 2.25rem}
section>div>h2+p{margin-top:.375rem;font-size:.8125rem;line-height:1.45;color:var(--soft)}
section>div+div>*+*{margin-top:1.25rem}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1.25rem 2.5rem;align-items:start}
.note{border-left:3px solid var(--ink);padding:.125rem 0 .125rem .875rem;max-width:44rem}
.marked{list-style:none}
.marked li{position:relative;padding-left:1.375rem}
.marked li+li{margin-top:.375rem}
.marked li>.k{position:absolute;left:0;top:.3125rem}
figcaption,caption{text-align:left;font-size:.8125rem;line-height:1.45;color:var(--soft);padding-bottom:.5rem;caption-side:top}

/* 5. tables */
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.45}
th,td{text-align:left;vertical-align:top;padding:.4375rem 1.25rem .4375rem 0;font-weight:inherit}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.75rem;color:var(--soft);vertical-align:bottom;padding-top:0}
tbody tr,tfoot tr{border-top:1px solid var(--line)}
td.n,th.n{text-align:right;white-space:nowrap}
.n+.t{padding-left:.75rem}
td.t,th.t{white-space:nowrap}
td.h,th.h{overflow-wrap:anywhere;min-width:4.25rem}
caption,.lanes th,.tight td,.facts dd,h1,.lede,.state dd{overflow-wrap:anywhere}
td.t small{white-space:normal;overflow-wrap:anywhere}
td small{display:block;color:var(--soft)}
td .why{display:block;margin-top:.125rem}
.tight{width:auto;min-width:min(34rem,100%)}
.two .tight{width:100%;min-width:0}
tr.this>*{background:var(--tint)}
tr.this>:first-child{box-shadow:inset 3px 0 var(--acc);padding-left:.75rem}
th.no{padding-left:.925rem;text-indent:-.925rem}

/* 6. marks: the shape tells the kind, the accent only repeats it */
svg{display:block;width:100%;overflow:visible;font:.75rem/1 var(--sans);fill:var(--ink)}
svg text{font-variant-numeric:tabular-nums}
.k{width:.875rem;height:.875rem;display:inline-block;vertical-align:-.125rem;flex:none}
.k.steps{width:2.125rem;height:.625rem;vertical-align:0;margin-right:.375rem}
.m-this{fill:var(--acc)}
.m-open{fill:var(--bg);stroke:var(--ink);stroke-width:1.5}
.m-for{fill:none;stroke:var(--acc);stroke-width:2.5}
.m-line{fill:none;stroke:var(--ink);stroke-width:1.75}
.m-soft{fill:none;stroke:var(--mid);stroke-width:1.5}
.ax{stroke:var(--line)}
.now{stroke:var(--acc);stroke-width:1}
.none{stroke:var(--mid);stroke-width:1.5;stroke-dasharray:.1 5;stroke-linecap:round}
.gap{fill:var(--mid)}
.txt{fill:var(--soft)}
.acc{fill:var(--acc);font-weight:650}
.bar{fill:var(--mid)}
.bar.this{fill:var(--acc)}
.bar.far{fill:var(--bg);stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;font-size:.8125rem;color:var(--soft)}
.key .k{margin-right:.3125rem}

/* 7. timeline: a row for each kind, a strip in each row */
.lanes tr{border:0}
.lanes th,.lanes td{padding:0 .75rem 0 0;vertical-align:middle;line-height:1.35}
.lanes tr>:first-child{width:12.5rem}
.lanes tr>:last-child{width:4.5rem;padding-right:0}
.lanes thead th{vertical-align:bottom;padding-bottom:.125rem}
.lanes tr.g th{padding:.25rem 0;font-size:.8125rem;color:var(--soft)}
.lanes tr.this>*{background:none;box-shadow:none;padding-left:0;font-weight:650}
.lanes td>svg{height:26px}
.lanes+.lanes{margin-top:0!important}

/* 8. process tree: nested lists, lines drawn by borders; .on lies on the way to the alert, .by beside it */
.tree,.tree ul{list-style:none}
.tree ul{padding-left:1.75rem}
.tree li{position:relative}
.tree li li::before,.tree li li::after,.node:not(:last-child)::after{content:"";position:absolute;left:-1.3125rem;border:0 solid var(--mid)}
.tree li li::before{top:0;width:1rem;height:.90625rem;border-width:0 0 1px 1px}
.tree li li::after{top:.90625rem;bottom:0;border-left-width:1px}
.tree li.on::after{top:.96875rem!important}
.tree li li:last-child::after{display:none}
.node:not(:last-child)::after{left:.4375rem;top:1.375rem;bottom:0;border-left-width:1px}
.node.this:not(:last-child)::after{left:.6875rem}
.tree li.on::before{border-color:var(--ink);border-width:0 0 3px 3px;margin-left:-1px;height:.96875rem}
.tree li.by::before,.tree li.by::after,.tree .on>.node:not(:last-child):not(.this)::after{border-left:3px solid var(--ink);margin-left:-1px}
.tree li.far::before{border-style:dashed}
.node{position:relative;display:grid;grid-template-columns:1.25rem minmax(0,1fr) auto;padding:.25rem .5rem .25rem 0;align-items:start}
.node>.k{margin-top:.1875rem}
.node small{display:block;color:var(--soft)}
.node .tag{font-size:.8125rem;font-weight:650}
.node .v{display:grid;grid-template-columns:6rem 4.75rem;text-align:right;font-size:.8125rem;line-height:1.5}
.node.this{background:var(--tint);padding-left:.25rem;margin-left:-.25rem}
.node.this code{font-weight:650}
.head{color:var(--soft);padding-top:0}
.head .v{font-size:.75rem}
.head+.tree{margin-top:0!important}

/* 9. evidence, response */
details{max-width:100%}
summary{cursor:pointer;font-size:.8125rem;color:var(--soft);overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--fill);padding:.5rem .75rem;direction:ltr;unicode-bidi:isolate}
details pre{margin-top:.375rem;font-size:.75rem}
.do{list-style:none;counter-reset:n}
.do>li{counter-increment:n;padding-left:2rem;position:relative}
.do>li+li{margin-top:1rem}
.do>li::before{content:counter(n);position:absolute;left:0;font-weight:650;color:var(--soft)}
.do pre{margin:.25rem 0}
.do small{display:block;color:var(--soft);max-width:44rem}

/* 10. period report: units by hour and host, and the map */
.hours{table-layout:fixed}
.hours th,.hours td{padding-right:.5rem}
.hours tr>:first-child{width:6.5rem}
.hours .n{width:5rem;padding-right:0}
.hours td svg{height:16px;margin-top:.125rem}
.unit{fill:var(--mid)}
.unit.not{fill:var(--bg);stroke:var(--mid);stroke-width:1.25}
.map{overflow:hidden}
.map text{font-size:.8125rem}
.map .b{font-weight:650}
.map .s{font-size:.75rem;fill:var(--soft)}
.way{stroke:var(--mid);stroke-width:1.25}
.way.al{stroke:var(--ink);stroke-width:2.25}
.way.this{stroke:var(--acc);stroke-width:2.75}
.way.not{stroke:var(--ink);stroke-width:1.75;stroke-dasharray:6 4}
.way.un{stroke-dasharray:1.5 4}
tfoot th,tfoot td{font-weight:650}

/* 11. foot */
footer{border-top:1px solid var(--line);padding-top:1.25rem;font-size:.8125rem;line-height:1.5;color:var(--soft);display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem 2.5rem}
footer h2{font-size:.8125rem;color:var(--ink)}
footer code{font-size:.75rem}

/* guides: Markdown */
.md{font-size:.875rem;columns:2;column-gap:2.5rem}
.md h4{break-after:avoid}
.md li{break-inside:avoid}
.md h4{font-size:.9375rem;margin:1.25rem 0 .375rem;font-weight:650}
.md h4:first-child{margin-top:0}
.md ul,.md ol{padding-left:1.25rem}
.md li+li{margin-top:.25rem}
.md p+p{margin-top:.5rem}

/* 12. narrow: one column; wide tables become a card for each row */
@media (max-width:60rem){
section{display:block}
section>div+div{margin-top:1rem}
}
@media (max-width:46rem){
.two{grid-template-columns:minmax(0,1fr)}
.md{columns:1}
.intro{display:block}
.state{display:flex;flex-wrap:wrap;gap:.125rem 1.125rem;margin-top:1rem}
.state div{border:0;padding:0}
.state dt{flex:none;margin-right:.375rem}
.facts{grid-template-columns:1fr 1fr;gap:1rem}
.facts dd code{font-size:.75rem}
.lanes tr>:first-child{width:6.75rem;font-size:.8125rem}
.lanes tr>:last-child{width:3.25rem;font-size:.8125rem}
.lanes th,.lanes td{padding-right:.5rem}
.wide,.hours .n{display:none}
.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.stack,.stack tbody,.stack caption{display:block}
.stack tr{display:flex;flex-wrap:wrap;gap:.125rem 1rem;padding:.625rem 0}
.stack th,.stack td{display:block;padding:0;text-align:left;white-space:normal}
.stack .full{flex:0 0 100%;min-width:0;max-width:100%}
.stack .late{order:1}
.stack .t>small{display:inline;margin-left:.3em}
.stack [data-l]::before{content:attr(data-l) " ";color:var(--soft);font-size:.8125rem}
.stack .strip{display:flex;align-items:center}
.stack .strip::before{flex:0 0 7rem}
.stack .strip svg{flex:1;min-width:0}
.stack tr.this{background:var(--tint);box-shadow:inset 3px 0 var(--acc);padding-left:.75rem}
.stack tr.this>*{background:none}
.stack tr.this>:first-child{box-shadow:none;padding-left:0}
.stack .no{padding-left:.925rem}
.stack .n+.t{padding-left:0}
.hours tr>:first-child{width:4.75rem}
.hours th,.hours td{padding-right:0}
.tree ul{padding-left:1rem}
.tree li li::before,.tree li li::after{left:-.5625rem}
.tree li li::before{width:.4375rem}
.node{grid-template-columns:1.25rem minmax(0,1fr);padding-right:0}
.node .v{grid-column:2;display:flex;gap:1rem;color:var(--soft)}
.node .sr{position:static;clip-path:none}
.head{display:none}
}

/* 13. paper */
@page{size:A4;margin:12mm 13mm}
@media print{
:root{--bg:#fff;--ink:#000;--soft:#444;--line:#bbb;--mid:#777;--fill:#f3f3f3;--acc:#a32c06;--tint:#fbeee8}
html{font-size:11.5px}
body{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.page{padding:0;max-width:none}
nav{display:none}
summary{list-style:none}
section{display:block;padding:.75rem 0 1rem}
section>div:first-child{display:flex;gap:1rem;align-items:baseline}
section>div>h2+p{margin:0}
section>div+div{margin-top:.375rem}
section>div+div>*+*{margin-top:.75rem}
th,td{padding-top:.25rem;padding-bottom:.25rem}
tfoot{display:table-row-group}
tfoot tr{break-before:avoid}
.node{padding-top:.0625rem;padding-bottom:.0625rem}
.node,.node *{line-height:1.35!important}
.facts{margin:1.25rem 0 1rem;gap:.75rem 2rem}
.marked li+li{margin-top:.125rem}
.two{gap:.75rem 2.5rem}
h2,h3,caption,figcaption{break-after:avoid}
tr,.node,.do>li,.note,.marked li,.whole,.map{break-inside:avoid}
.top{padding-bottom:1rem}
.state div{padding:.125rem 0}
a{text-decoration:none}
}
$css$::text $$;
COMMENT ON FUNCTION transfer_detect_internal.report_style() IS 'The style sheet of the reports';

CREATE FUNCTION transfer_detect_internal.report_marks() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The shapes that tree, timeline, tables and map share. */
SELECT $svg$<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<path id="m-this" class="m-this" d="M0-6.5 6.5 0 0 6.5-6.5 0Z"/>
<path id="m-xfer" class="m-open" d="M0-5.5 5.5 0 0 5.5-5.5 0Z"/>
<circle id="m-net" class="m-open" r="4.5"/>
<path id="m-pack" d="M0-5.5 5.5 4.5H-5.5Z"/>
<path id="m-del" class="m-line" d="M-4.5-4.5 4.5 4.5M4.5-4.5-4.5 4.5"/>
<rect id="m-run" x="-4" y="-4" width="8" height="8"/>
<path id="m-for" class="m-for" d="M-5 0H5M0-5V5"/>
<path id="m-no" class="m-line" d="M-5 0H5"/>
<path id="m-cmd" class="m-line" d="M0-5.5V5.5"/>
<path id="m-ask" class="m-line" d="M-3-2.5A3 3 0 1 1 1-.3Q0 .2 0 1.6M0 4.2V5.2"/>
<path id="m-gone" class="m-soft" stroke-dasharray="2 2" d="M-4.5-4.5H4.5V4.5H-4.5Z"/>
</defs></svg>
$svg$::text $$;
COMMENT ON FUNCTION transfer_detect_internal.report_marks() IS 'The marks of the reports, as symbols of SVG';
