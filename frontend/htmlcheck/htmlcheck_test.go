package htmlcheck_test

import (
	"slices"
	"strings"
	"testing"

	"longtable/frontend/htmlcheck"
)

func page(body string) string {
	return `<!doctype html><html lang="en" dir="ltr"><head><title>Repair café</title></head><body><main>` + body + `</main></body></html>`
}

const good = `<h1>Repair café</h1><h2>Come in</h2>
<form method="post"><label for="e">E-mail</label><p id="e-error" class="error">Needed</p>
<input id="e" name="e" type="email" autocomplete="email" aria-describedby="e-error" aria-invalid="true"><button>Go</button></form>
<fieldset><legend>Kind</legend><label><input type="radio" name="k"> Ask</label></fieldset>
<nav aria-label="Ways"><ul><li><a href="#e">To the field</a></li></ul></nav>
<table><caption>Who is here</caption><tr><th>Lagos</th><td>4</td></tr></table>
<svg aria-hidden="true"></svg><img src="/x" alt="">`

func TestAGoodPagePasses(t *testing.T) {
	if faults := check(t, page(good)); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestEachFaultIsFound(t *testing.T) {
	for _, c := range []struct{ what, body, fault string }{
		{"an id twice", `<p id="a"></p><p id="a"></p>`, `id "a" stands twice`},
		{"a field without a label", `<input name="x">`, "no label"},
		{"a field without a name", `<label for="x">X</label><input id="x">`, "no name"},
		{"a description that is not there", `<p aria-describedby="gone"></p>`, `"gone", which is not on the page`},
		{"a wrong field whose error is elsewhere", `<label for="x">X</label><input id="x" name="x" aria-invalid="true">`, "no error describes it"},
		{"a skipped level", `<h3>Deep</h3>`, "level 3 after level 1"},
		{"a second h1", `<h1>Again</h1>`, "2 headings of level 1"},
		{"a button without words", `<button><svg aria-hidden="true"></svg></button>`, "has no name"},
		{"a link without words", `<a href="/x"></a>`, "has no name"},
		{"a link to nowhere", `<a>Here</a>`, "leads nowhere"},
		{"a link to a lost place", `<a href="#lost">Here</a>`, `leads to "lost"`},
		{"an image without alt", `<img src="/x">`, "no alt"},
		{"a drawing that is read out", `<svg></svg>`, "neither hidden"},
		{"a table without headers", `<table><caption>c</caption><tr><td>1</td></tr></table>`, "no header cells"},
		{"a group without a question", `<fieldset><p>x</p></fieldset>`, "legend"},
		{"a nameless navigation", `<nav></nav>`, "navigation without a name"},
		{"a stray child of a list", `<ul><p>x</p></ul>`, "not an item"},
		{"inline style", `<p style="color:red"></p>`, "inline style"},
		{"inline script", `<p onclick="x()"></p>`, "inline script"},
		{"a script in an address", `<a href=" JavaScript:x()">x</a>`, "runs a script"},
		{"a jumping tab order", `<p tabindex="3"></p>`, "tabindex 3"},
		{"a form without a button", `<form></form>`, "no button"},
		{"a password in an address", `<form><label>P <input name="p" type="password" autocomplete="off"></label><button>Go</button></form>`, "into an address"},
		{"a password no manager can fill", `<form method="post"><label>P <input name="p" type="password"></label><button>Go</button></form>`, "no autocomplete"},
	} {
		t.Run(c.what, func(t *testing.T) {
			faults := check(t, page("<h1>Repair café</h1>"+c.body))
			if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, c.fault) }) {
				t.Errorf("not found: %s; found: %q", c.fault, faults)
			}
		})
	}
}

func TestTheDocumentItselfIsChecked(t *testing.T) {
	faults := strings.Join(check(t, "<p>Hello</p>"), "\n")
	for _, wanted := range []string{"no lang", "no dir", "no title", "no main", "0 headings of level 1"} {
		if !strings.Contains(faults, wanted) {
			t.Errorf("%q is missing in %s", wanted, faults)
		}
	}
}

func check(t *testing.T, document string) []string {
	t.Helper()
	faults, err := htmlcheck.Page(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return faults
}
