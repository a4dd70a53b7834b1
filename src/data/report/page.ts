import { type Markup, markup } from "./markup.ts";

const STYLE = `
:root{color-scheme:light dark;--back:#fbfaf8;--card:#fff;--text:#1d1d22;--soft:#65656f;--line:#e4e2dd;--blue:#3565c8;
--error:#b3261e;--warning:#8a5a00;--info:#3b5f8a;--good:#1f7a3d}
@media(prefers-color-scheme:dark){:root{--back:#16161a;--card:#1f1f25;--text:#eceaf0;--soft:#a3a2ad;--line:#34343d;--blue:#86a9f5;
--error:#ff8a80;--warning:#e8b75a;--info:#9dbde8;--good:#7fd39a}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 12px}h3{font-size:15px;margin:0 0 8px}
p{margin:0 0 8px}.soft,.none{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;margin:20px 0}
.card,.panel,details{background:var(--card);border:1px solid var(--line);border-radius:8px}
.card{padding:12px 14px}.card b{display:block;font-size:22px;font-weight:600;line-height:1.25}.card span{color:var(--soft);font-size:13px}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:16px}.panel{padding:16px;min-width:0}
svg{width:100%;height:auto;display:block}svg rect{fill:var(--blue)}svg text{fill:var(--soft);font-size:11px}
svg .axis{stroke:var(--line)}svg line.mark{stroke:var(--error);stroke-dasharray:4 3}svg text.mark{fill:var(--error)}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top}
th.number,td.number{text-align:right;font-variant-numeric:tabular-nums}
.bars th{font-weight:400;white-space:nowrap;max-width:220px;overflow:hidden;text-overflow:ellipsis}.bars td{white-space:nowrap;border:0;padding:3px 8px}.bars th{border:0;padding:3px 8px}
.bars .bar{width:60%}.bars .bar span{display:block;height:12px;background:var(--blue);border-radius:2px;margin-top:5px}
details{margin:8px 0}summary{padding:10px 14px;cursor:pointer;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
summary code{font-size:14px}summary .count{margin-left:auto;font-variant-numeric:tabular-nums}
details>div{padding:0 14px 14px;overflow-x:auto}
code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px;overflow-wrap:anywhere}
.badge{font-size:12px;font-weight:600;min-width:62px}.error{color:var(--error)}.warning{color:var(--warning)}.info{color:var(--info)}.good{color:var(--good)}
.filter{display:flex;gap:12px;flex-wrap:wrap;margin:0 0 12px}.filter input{font:inherit;padding:6px 10px;border:1px solid var(--line);border-radius:6px;background:var(--card);color:inherit;min-width:260px}
.hidden{display:none}
@media(max-width:640px){main{padding:20px 12px 48px}.panels{grid-template-columns:1fr}svg text{font-size:19px}
.findings thead,.files thead{display:none}.findings td,.files td{display:block;border:0;padding:2px 8px}.files td.number{text-align:left}
.findings tr,.files tr{display:block;padding:6px 0;border-bottom:1px solid var(--line)}td[data-name]::before{content:attr(data-name) " ";color:var(--soft)}
summary{gap:4px 10px}summary .soft{order:1;flex-basis:100%}.badge{min-width:0}.filter input{width:100%}}
`;

// Shows the findings whose row has the text; without a script, all of them stand there.
const SCRIPT = `
const box=document.getElementById("find");
box?.addEventListener("input",()=>{const asked=box.value.trim().toLowerCase();
for(const rule of document.querySelectorAll("details.rule")){let shown=0;
for(const row of rule.querySelectorAll("tbody tr")){const fits=!asked||(rule.dataset.rule+" "+row.textContent).toLowerCase().includes(asked);
row.classList.toggle("hidden",!fits);if(fits)shown++}
rule.classList.toggle("hidden",asked!==""&&shown===0);if(asked)rule.open=shown>0&&shown<50}});
`;

/** A whole page that needs nothing but itself: no network, no fonts, no other file. */
export function page(title: string, content: readonly Markup[]): string {
  // The policy allows what stands here and nothing else, whatever somebody managed to put into the data.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body><main>
${content}
</main><script>${{ html: SCRIPT }}</script></body>
</html>
`.html;
}

/** A figure with what it is. */
export function card(name: string, value: string, kind?: "error" | "warning" | "good"): Markup {
  return markup`<div class="card"><b class="${kind ?? ""}">${value}</b><span>${name}</span></div>`;
}

/** A chart with its title. */
export function panel(title: string, chart: Markup, note?: string): Markup {
  return markup`<section class="panel"><h3>${title}</h3>${chart}${note === undefined ? undefined : markup`<p class="soft">${note}</p>`}</section>`;
}
