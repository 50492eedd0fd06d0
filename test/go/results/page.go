package main

import (
	"bytes"
	"html/template"
	"strings"
)

// The page asks for nothing from elsewhere.
var pagetemplate = template.Must(template.New("page").Funcs(template.FuncMap{"seconds": seconds}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<style>
:root {
	--back: #fff; --text: #1b1f24; --faint: #5c6670; --line: #d9dee3; --stripe: #f5f7f9;
	--passed: #1f6fb5; --known: #b57a00; --failed: #c62828; --skipped: #8a949e;
}
@media (prefers-color-scheme: dark) {
	:root {
		--back: #14171a; --text: #e4e8ec; --faint: #9aa5b0; --line: #343b42; --stripe: #1b2025;
		--passed: #6cb2f0; --known: #e5b045; --failed: #ff7b72; --skipped: #7d8893;
	}
}
body { background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif;
	max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
svg { width: 100%; height: auto; }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .one { stroke: var(--faint); }
.two { stroke: var(--faint); stroke-dasharray: 4 4; }
circle { fill-opacity: .65; stroke: var(--back); stroke-width: .5; }
circle.passed { fill: var(--passed); } circle.known { fill: var(--known); }
circle.failed { fill: var(--failed); } circle.skipped { fill: var(--skipped); }
.verdict { font-size: 1.1em; } .verdict.failed, td.failed { color: var(--failed); font-weight: 600; }
td.known { color: var(--known); }
.key span { margin-right: 1.2em; color: var(--faint); }
.key i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .15em .6em; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--back); color: var(--faint); font-weight: 600; }
th:first-child, td:first-child, .words td { text-align: left; }
tbody tr:nth-child(odd) { background: var(--stripe); }
pre { background: var(--stripe); padding: .8em; overflow-x: auto; font-size: 13px; }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
<p class="verdict{{if .Nfail}} failed{{end}}">{{.Sum.Passed}} passed, {{.Nfail}} failed</p>
<p>{{.Summary}}.</p>
<h2>Time of each package</h2>
{{.SVG}}
<p class="key"><span><i style="background:var(--passed)"></i>all passed</span><span><i style="background:var(--known)"></i>with known failures</span><span><i style="background:var(--failed)"></i>failed</span><span><i style="background:var(--skipped)"></i>all skipped</span></p>
{{if .Failures}}<h2>Failures</h2>
{{range .Failures}}<p class="verdict failed">{{.Name}}</p>
{{if .Output}}<pre>{{.Output}}</pre>
{{end}}{{end}}{{end}}<h2>Packages</h2>
<div class="scroll"><table>
<thead><tr><th>package</th><th>passed</th><th>failed</th><th>known</th><th>skipped</th><th>time, s</th><th>Linux, s</th><th>ratio</th></tr></thead>
<tbody>
{{range .Rows}}<tr><td>{{.Name}}</td><td>{{.Passed}}</td><td{{if .Failed}} class="failed"{{end}}>{{.Failed}}</td><td{{if .Known}} class="known"{{end}}>{{.Known}}</td><td>{{.Skipped}}</td><td>{{seconds .Seconds}}</td><td>{{seconds .Linux}}</td><td>{{seconds .Ratio}}</td></tr>
{{end}}</tbody>
</table></div>
{{if .Expected}}<h2>Known failures</h2>
<div class="scroll"><table class="words">
<thead><tr><th>test</th><th style="text-align:left">why</th></tr></thead>
<tbody>
{{range .Expected}}<tr><td>{{.Name}}</td><td>{{.Reason}}</td></tr>
{{end}}</tbody>
</table></div>
{{end}}</body>
</html>
`))

type pagerow struct {
	Name                           string
	Passed, Failed, Known, Skipped int
	Seconds, Linux, Ratio          float64
}

type pagefailure struct {
	Name, Output, Reason string
}

func (r *results) page() []byte {
	var p struct {
		Title, Summary     string
		Nfail              int
		Sum                pagerow
		SVG                template.HTML
		Rows               []pagerow
		Failures, Expected []pagefailure
	}
	p.Title, p.Summary, p.Nfail = r.title, r.summary(), r.nfail
	p.Sum.Passed = r.sum.npass
	p.SVG = template.HTML(r.svg())
	for _, w := range r.rows {
		p.Rows = append(p.Rows, pagerow{w.name, w.npass, w.nfail, w.nknown, w.nskip, w.pkg.seconds, w.linux, w.ratio()})
		for _, f := range w.fails {
			p.Failures = append(p.Failures, pagefailure{Name: w.name + " " + f.test + f.what, Output: strings.Join(f.output, "")})
		}
	}
	for _, k := range r.passed {
		p.Failures = append(p.Failures, pagefailure{Name: k.pkg + " " + k.test + " is listed as a known failure, but passed", Output: k.reason})
	}
	for _, e := range r.expected {
		p.Expected = append(p.Expected, pagefailure{Name: e.pkg + " " + e.test, Reason: e.reason})
	}
	var b bytes.Buffer
	if err := pagetemplate.Execute(&b, p); err != nil {
		fatal(err)
	}
	return b.Bytes()
}
