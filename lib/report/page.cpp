#include "report/page.h"

namespace kairon::report {

namespace {

// No script and nothing from elsewhere: a browser would refuse both.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

constexpr std::string_view kPageStyle = R"(
:root{color-scheme:light dark;--ink:#1f2328;--faint:#59636e;--paper:#fff;--edge:#d0d7de;--soft:#f6f8fa;--add:#116329;
--add-line:#dafbe1;--del:#a40e26;--del-line:#ffebe9;--link:#0969da}
@media (prefers-color-scheme:dark){:root{--ink:#f0f6fc;--faint:#9198a1;--paper:#0d1117;--edge:#3d444d;--soft:#151b23;
--add:#7ee787;--add-line:#12361e;--del:#ffa198;--del-line:#4a1a1d;--link:#4493f8}}
body{margin:0;padding:1rem 1.5rem 4rem;color:var(--ink);background:var(--paper);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .3rem}h3{font-size:1rem;margin:0}
a{color:var(--link)}p,ul{margin:.3rem 0}.faint{color:var(--faint)}
pre{margin:.4rem 0;overflow-x:auto;font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,monospace}
pre span{display:block;white-space:pre;padding:0 .5rem;min-height:1.45em}
.line-added{background:var(--add-line);color:var(--add)}.line-removed{background:var(--del-line);color:var(--del)}
.path{color:var(--faint);font-weight:600}
.tabs{border:1px solid var(--edge);border-radius:8px;padding:.5rem .8rem;margin:.6rem 0}
.tabs>label{margin:0 .9rem 0 .25rem;cursor:pointer}
.tabs figure{display:none;margin:.5rem 0 0;overflow:auto;max-height:75vh}
.tabs svg{display:block;max-width:100%;height:auto}
.tabs input:nth-of-type(1):checked~.one,.tabs input:nth-of-type(2):checked~.two,.tabs input:nth-of-type(3):checked~.three{display:block}
.change{border:1px solid var(--edge);border-radius:8px;padding:.5rem .8rem;margin:.6rem 0;background:var(--soft);scroll-margin-top:1rem}
table{border-collapse:collapse;margin:.4rem 0;font-size:.93rem}th,td{text-align:left;vertical-align:top;padding:.2rem .7rem .2rem 0;border-bottom:1px solid var(--edge)}
.good{color:var(--add)}.bad{color:var(--del)}.scroll{overflow-x:auto}
.change:target{outline:3px solid var(--link)}
@media print{details::details-content{content-visibility:visible;display:block}.tabs figure{max-height:none;overflow:visible}.tabs svg{min-width:0!important}pre span{white-space:pre-wrap}.change{break-inside:avoid}}
)";

}  // namespace

void open_page(const std::string& title, std::string_view style, Markup& out) {
  out.trusted("<!doctype html>\n").open("html", {{"lang", "en"}}).open("head");
  out.empty("meta", {{"charset", "utf-8"}});
  out.empty("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", std::string(kPolicy)}});
  out.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  out.leaf("title", {}, title);
  out.open("style").trusted(kPageStyle).trusted(style).close().close();
  out.open("body").open("main");
}

std::string close_page(Markup& out) {
  out.close().close().close();
  return out.take() + "\n";
}

}  // namespace kairon::report
