#include "collector/history/report/report_forms.h"

namespace collector::history {

std::string_view report_style() {
  return R"(
:root{color-scheme:light dark;--g:#fff;--i:#191c20;--s:#565c66;--f:#656b75;--l:#e5e2da;--d:#0e7490;--u:#c2610c;--b:#b3261e;--h0:#eceeec;--h1:#cfe3e6;--h2:#9ccbd4;--h3:#5aa9b8;--h4:#23829a;--h5:#0b5468}
@media screen and (prefers-color-scheme:dark){:root{--g:#0f1319;--i:#e9ebee;--s:#a3abb6;--f:#8d95a0;--l:#262d36;--d:#4cc3d9;--u:#ffa14e;--b:#ff7b72;--h0:#1b222a;--h1:#17343f;--h2:#1a5161;--h3:#22788c;--h4:#3aa5bd;--h5:#8be0f0}}
*{box-sizing:border-box;margin:0}
body{font:400 14px/1.5 Inter,system-ui,"Segoe UI",Cantarell,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;color:var(--i);background:var(--g);max-width:940px;margin:auto;padding:44px 42px;overflow-wrap:anywhere}
h1{font-size:40px;letter-spacing:-.03em;line-height:1.1;font-weight:680}
h2{font-size:14px;font-weight:600;margin:34px 0 10px}
h2 small{font-weight:400;color:var(--f);font-size:12.5px;margin-left:8px}
.sub{color:var(--s);margin-top:8px}
.hero{display:flex;flex-wrap:wrap;gap:22px 44px;align-items:flex-end;margin-top:26px;padding-bottom:22px;border-bottom:1px solid var(--l)}
.hero p{color:var(--s)}
.hero b{display:block;color:var(--i);font-size:27px;letter-spacing:-.02em;line-height:1;font-weight:680;margin-bottom:5px;white-space:nowrap}
.hero .all b{font-size:56px;letter-spacing:-.04em;margin-bottom:0}
.hero .down b{color:var(--d)}.hero .up b{color:var(--u)}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 22px}
.wide{gap:0 44px}
.head{display:flex;justify-content:space-between;align-items:flex-end;gap:12px;flex-wrap:wrap}
svg{display:block;width:100%;height:auto;overflow:visible}
svg.key{width:150px;margin-bottom:12px}
text{font:11px Inter,system-ui,"DejaVu Sans",sans-serif;fill:var(--f)}
.n{fill:var(--i);font-weight:550;font-size:10.5px;paint-order:stroke;stroke:var(--g);stroke-width:4px;stroke-linejoin:round}.over{fill:var(--b)}
.d{fill:var(--d)}.u{fill:var(--u)}.b{fill:var(--b)}th small{color:var(--f)}
.cap{stroke:var(--b);stroke-dasharray:5 4}.ground{stroke:var(--l)}
.q0{fill:var(--h0)}.q1{fill:var(--h1)}.q2{fill:var(--h2)}.q3{fill:var(--h3)}.q4{fill:var(--h4)}.q5{fill:var(--h5)}
.unknown{fill:none;stroke:var(--l);stroke-dasharray:2 2}.ahead{fill:none;stroke:var(--l)}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);font-size:13.5px}
dt,dd{padding:5.5px 0;border-top:1px solid var(--l)}
dt{color:var(--s);padding-right:14px}dd{text-align:right;font-weight:550}
dt:first-of-type,dd:first-of-type{border-top:0}
table{width:100%;border-collapse:collapse;font-size:12.5px;margin-top:14px}
th,td{padding:4px 0 4px 10px;text-align:right;border-top:1px solid var(--l);white-space:nowrap}
th:first-child{text-align:left;padding-left:0}thead th{color:var(--f);font-weight:400;border-top:0}tbody th{font-weight:400;color:var(--s)}
.two table{font-size:11.5px}.two th,.two td{padding-left:6px}.two th:first-child{padding-left:0}
.note{color:var(--s);font-size:12.5px;margin-top:10px}
.none{color:var(--s);margin-top:34px;font-size:16px}
.foot{margin-top:34px;border-top:1px solid var(--l);padding-top:12px;color:var(--f);font-size:12.5px}
@page{size:A4;margin:13mm}
@media print{body{padding:0;max-width:none;font-size:12px}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}h1{font-size:32px}.hero .all b{font-size:44px}h2{margin:20px 0 8px;break-after:avoid}svg,dl,table,section{break-inside:avoid}dt,dd{padding:3.5px 0}th,td{padding-top:2.5px;padding-bottom:2.5px}.two table{font-size:9.5px}}
@media screen and (max-width:700px){body{padding:22px 16px}h1{font-size:32px}.two{grid-template-columns:minmax(0,1fr);gap:14px 0}.hero .all{flex-basis:100%}.hero{gap:16px 30px}text{font-size:12.5px}.n{font-size:12px}th,td{padding-left:6px}th:first-child{white-space:normal}}
)";
}

std::string_view report_style_hash() {
  return "sha256-8bLlBdwdcsCQVtT+n4ADs3sGDezJXjMN6sU4Vlo4LWw=";
}

}  // namespace collector::history
