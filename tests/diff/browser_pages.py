"""Pages for browser.sh: `workflows` writes two hostile versions of a workflow, `harness` a page that takes the
diffs apart with the browser's own parsers, `judge` reads what the browser found."""
import html
import json
import re
import sys

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    '"]:::x; click n0 href "javascript:alert(1)"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "`code` ``two`` **bold** [a](javascript:b) @everyone #1 <!-- -->",
    "quotes ' \" ` and {braces} [brackets] (parens) | pipe",
    "emoji \U0001F600 \U0001F468\u200d\U0001F469\u200d\U0001F467",
    "\u05e9\u05dc\u05d5\u05dd \u202eevil\u202c \u0645\u0631\u062d\u0628\u0627",
    "&lt;b&gt; &amp; &#60;",
    "line\nbreak\ttab\u0007bell",
    "end\nsubgraph x\nstyle n0 fill:red",
    "x" * 500,
    "same",
    "same",
    "]]> --> -->",
    "1. Fetch data",
    "- item",
    "# head",
    "> quote",
    "_under_ ~~struck~~ a_b_c",
    "https://example.com/x www.example.com a@example.com",
    "click n1 call alert()",
]


def workflow(names, suffix):
    nodes = [
        {
            "id": "id%d" % i,
            "name": name + suffix,
            "type": "n8n-nodes-base.code",
            "typeVersion": 2,
            "position": [220 * (i % 6), 120 * (i // 6)],
            "parameters": {"jsCode": name + suffix, "notice": "<b onclick='x'>" + suffix},
        }
        for i, name in enumerate(names)
    ]
    links = {}
    for a, b in zip(nodes, nodes[1:]):
        links[a["name"]] = {"main": [[{"node": b["name"], "type": "main", "index": 0}]]}
    return {"name": "W" + HOSTILE[0], "nodes": nodes, "connections": links, "settings": {"x": HOSTILE[1] + suffix}}


def write_workflows(folder):
    json.dump(workflow(HOSTILE[:-1], ""), open(folder + "/old.json", "w"))
    changed = workflow(HOSTILE, "")
    for node in changed["nodes"][::2]:
        old = node["name"]
        node["parameters"]["jsCode"] += "\nmore"
        node["name"] = "R " + old
    json.dump(changed, open(folder + "/new.json", "w"))


HARNESS = """<!doctype html><meta charset="utf-8"><title>harness</title><body><pre id="result"></pre>
<script src="mermaid.js"></script><script src="axe-core.js"></script><script>
const data = %s;
const allowed = new Set(%s);
const out = {};
function foreign(root) {
  const found = [];
  for (const e of root.querySelectorAll('*')) {
    if (!allowed.has(e.localName)) found.push('<' + e.localName + '>');
    for (const a of e.attributes) {
      if (/^on/i.test(a.name)) found.push(a.name);
      if (/^(href|src|xlink:href)$/i.test(a.name) && !a.value.startsWith('#')) found.push(a.name + '=' + a.value);
    }
  }
  return found;
}
(async () => {
  try {
    const page = new DOMParser().parseFromString(data.html, 'text/html');
    out.html_foreign = foreign(page);
    out.html_text = page.body.textContent;
    out.links = [...page.querySelectorAll('svg a')].map(a => a.getAttribute('href'));
    out.dangling = out.links.filter(h => !page.getElementById(h.slice(1)));
    const svg = new DOMParser().parseFromString(data.svg, 'image/svg+xml');
    out.svg_error = svg.querySelector('parsererror') ? svg.querySelector('parsererror').textContent : '';
    out.svg_foreign = foreign(svg);
    out.svg_text = svg.documentElement.textContent;
    mermaid.initialize({startOnLoad: false, securityLevel: 'strict'});
    out.graph_type = (await mermaid.parse(data.mermaid)).diagramType;
    const drawn = await mermaid.render('graph0', data.mermaid);
    const holder = document.createElement('div');
    holder.innerHTML = drawn.svg;
    document.body.append(holder);
    out.graph_text = holder.textContent;
    out.graph_foreign = [...holder.querySelectorAll('script,img,a,iframe,b')].map(e => e.localName);
    out.graph_nodes = holder.querySelectorAll('.node').length;
    let refused = '';
    try { await mermaid.parse('flowchart LR\\n n0["a"b"]'); } catch (e) { refused = 'yes'; }
    out.refuses_broken = refused;
    out.axe = [];
    out.axe_passes = 0;
    for (const text of [data.html, data.report]) {
      const frame = document.createElement('iframe');
      frame.srcdoc = text.replace(/<meta http-equiv[^>]*>/, '');
      frame.width = 1200; frame.height = 900;
      const loaded = new Promise(done => frame.onload = done);
      document.body.append(frame);
      await loaded;
      const inner = frame.contentDocument;
      for (const closed of inner.querySelectorAll('details')) closed.open = true;
      const script = inner.createElement('script');
      script.src = 'axe-core.js';
      const ready = new Promise((done, fail) => { script.onload = done; script.onerror = fail; });
      inner.head.append(script);
      await ready;
      const result = await frame.contentWindow.axe.run(inner);
      for (const v of result.violations)
        out.axe.push(v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 150)).join(' | '));
      out.axe_passes += result.passes.length;
      frame.remove();
    }
    const report = new DOMParser().parseFromString(data.report, 'text/html');
    out.report_foreign = foreign(report);
    out.report_text = report.body.textContent;
    out.title = document.title;
  } catch (e) { out.error = String(e && e.stack || e); }
  document.getElementById('result').textContent = JSON.stringify(out);
})();
</script>"""

ALLOWED = ("html head meta title style body main h1 h2 h3 nav ul li a p section div input label figure svg g rect path text pre "
           "span table thead tbody tr th td details summary").split()


def write_harness(folder):
    data = {name: open(folder + "/diff." + name, encoding="utf-8").read() for name in ("html", "svg", "mermaid", "report")}
    with open(folder + "/harness.html", "w", encoding="utf-8") as page:
        page.write(HARNESS % (json.dumps(data).replace("<", "\\u003c"), json.dumps(ALLOWED)))


# Mermaid reads labels as Markdown after it resolved entities: signs of emphasis are drawn as their doubles.
LOOKALIKES = str.maketrans({"\u2217": "*", "\u223c": "~", "\uff3f": "_", "\u2060": None})


def squeezed(text):
    return re.sub(r"\s+", "", text)


def judge(folder):
    dom = open(folder + "/harness.dom", encoding="utf-8").read()
    found = re.search(r'<pre id="result">(.*?)</pre>', dom, re.S)
    assert found and found.group(1), "the harness wrote nothing: " + dom[:400]
    out = json.loads(html.unescape(found.group(1)))
    assert "error" not in out, out["error"]
    assert out["html_foreign"] == [], out["html_foreign"]
    assert out["svg_error"] == "", out["svg_error"]
    assert out["svg_foreign"] == [], out["svg_foreign"]
    assert out["report_foreign"] == [], out["report_foreign"]
    assert squeezed(HOSTILE[0]) in squeezed(out["report_text"]), "not shown as text in the report"
    assert out["links"] and out["dangling"] == [], out["dangling"]
    assert out["graph_type"].startswith("flowchart"), out["graph_type"]
    assert out["graph_foreign"] == [], out["graph_foreign"]
    assert out["graph_nodes"] == len(HOSTILE), out["graph_nodes"]
    assert out["refuses_broken"] == "yes", "mermaid.parse accepts anything"
    assert out["title"] == "harness", out["title"]
    for name in HOSTILE[:5] + HOSTILE[8:9] + HOSTILE[14:]:
        assert squeezed(name) in squeezed(out["html_text"]), "not shown as text in the page: " + name
        drawn = out["graph_text"].translate(LOOKALIKES)
        assert squeezed(name[:30]) in squeezed(drawn), "not shown as text in the graph: %s in %s" % (name, drawn[-1500:])
    assert "\\u202eevil" in out["html_text"], "an override of the text's direction is not made visible"
    assert out["axe"] == [], "\n".join(out["axe"])
    assert out["axe_passes"] > 20, "axe looked at nothing"
    page = open(folder + "/page.dom", encoding="utf-8").read()
    assert "<title>What changes from old.json to new.json</title>" in page, "the page's title was changed by a script"
    svg = open(folder + "/svg.dom", encoding="utf-8").read()
    assert "<svg" in svg and "<script" not in svg and "parsererror" not in svg, "the picture by itself: " + svg[:400]
    print("%d nodes drawn by Mermaid; %d accessibility rules hold" % (out["graph_nodes"], out["axe_passes"]))


{"workflows": write_workflows, "harness": write_harness, "judge": judge}[sys.argv[1]](sys.argv[2])
