package journeys

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// matching walks through the elements below root that fit a simple selector: a tag, #id and .class, as in p.lead.
func matching(root *html.Node, selector string) iter.Seq[*html.Node] {
	rest, class, _ := strings.Cut(selector, ".")
	tag, id, _ := strings.Cut(rest, "#")
	return func(yield func(*html.Node) bool) {
		if root == nil {
			return
		}
		for n := range root.Descendants() {
			fits := n.Type == html.ElementNode && (tag == "" || n.Data == tag) && (id == "" || attr(n, "id") == id) &&
				(class == "" || slices.Contains(strings.Fields(attr(n, "class")), class))
			if fits && !yield(n) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	value, _ := attribute(n, name)
	return value
}

func attribute(n *html.Node, name string) (value string, there bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}

// control is one thing of a form that sends a value.
type control struct {
	name string
	kind string // the type of an input; textarea, select or button
	node *html.Node
}

// form is a form as a browser sends it: with all values that stand in the page.
type form struct {
	page     *page
	action   string
	method   string
	controls []control
	values   url.Values
}

// forms are all forms of a page.
func (p *page) forms() []*form {
	var all []*form
	for n := range matching(p.doc, "form") {
		all = append(all, readForm(p, n))
	}
	return all
}

// form finds the one form whose action begins so, or is exactly so.
func (p *page) form(action string) *form {
	p.client.t.Helper()
	var there []string
	var found []*form
	for _, f := range p.forms() {
		there = append(there, f.method+" "+f.action)
		if f.action == action {
			return f
		}
		if strings.HasPrefix(f.action, action) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		p.client.t.Fatalf("no form to %s, but %q on %s", action, there, p)
	}
	return found[0]
}

func readForm(p *page, n *html.Node) *form {
	f := &form{page: p, action: attr(n, "action"), method: strings.ToUpper(attr(n, "method")), values: url.Values{}}
	if f.method == "" {
		f.method = http.MethodGet
	}
	for c := range n.Descendants() {
		if c.Type == html.ElementNode {
			f.read(c)
		}
	}
	return f
}

func (f *form) read(n *html.Node) {
	c := control{name: attr(n, "name"), kind: n.Data, node: n}
	if _, disabled := attribute(n, "disabled"); disabled || c.name == "" {
		return
	}
	switch n.DataAtom {
	case atom.Input:
		if c.kind = attr(n, "type"); c.kind == "" {
			c.kind = "text"
		}
		if _, checked := attribute(n, "checked"); checked || c.kind != "checkbox" && c.kind != "radio" {
			f.values.Add(c.name, attr(n, "value"))
		}
	case atom.Textarea:
		f.values.Add(c.name, strings.TrimPrefix(textOf(n), "\n"))
	case atom.Select:
		f.values[c.name] = append(f.values[c.name], selected(n)...)
	case atom.Button:
	default:
		return
	}
	f.controls = append(f.controls, c)
}

// selected are the values of the chosen options; without one a browser sends the first.
func selected(n *html.Node) []string {
	var all, chosen []string
	for o := range matching(n, "option") {
		value, there := attribute(o, "value")
		if !there {
			value = textOf(o)
		}
		all = append(all, value)
		if _, is := attribute(o, "selected"); is {
			chosen = append(chosen, value)
		}
	}
	if len(chosen) == 0 && len(all) > 0 {
		return all[:1]
	}
	return chosen
}

// set fills a field that the page really has. Several values fill its lines, or check its boxes.
func (f *form) set(name string, values ...string) *form {
	f.page.client.t.Helper()
	i := slices.IndexFunc(f.controls, func(c control) bool { return c.name == name })
	if i < 0 {
		f.page.client.t.Fatalf("the form to %s has no field %q", f.action, name)
	}
	if c := f.controls[i]; c.kind == "text" || c.kind == "textarea" {
		values = append(slices.Clone(values), f.values[name][min(len(values), len(f.values[name])):]...)
	}
	f.values[name] = values
	return f
}

// send sends the form and reads the page that comes.
func (f *form) send() *page {
	c := f.page.client
	c.t.Helper()
	to, err := f.page.address.Parse(f.action)
	if err != nil {
		c.t.Fatal(err)
	}
	if f.method == http.MethodGet {
		to.RawQuery = f.values.Encode()
		return c.get(to.String())
	}
	r := c.request(http.MethodPost, to.String(), strings.NewReader(f.values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.open(r)
}
