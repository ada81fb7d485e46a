// Package htmlcheck reads a page as an assistive technology would, and says what is wrong with it. Every page of the
// product must pass in every language; the tests of pages and of the server call it on what was really sent.
package htmlcheck

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page reads a whole document and returns its faults, in the order of the page; none is a pass.
func Page(r io.Reader) ([]string, error) {
	root, err := html.Parse(r)
	if err != nil {
		return nil, err
	}
	c := &checker{byID: map[string]*html.Node{}, labels: map[string]bool{}}
	c.walk(root, c.collect)
	c.walk(root, c.element)
	c.document(root)
	return c.faults, nil
}

type checker struct {
	byID     map[string]*html.Node
	labels   map[string]bool // ids that a label is for
	headings []int           // levels, in order
	faults   []string
}

func (c *checker) fault(n *html.Node, format string, args ...any) {
	c.faults = append(c.faults, describe(n)+": "+fmt.Sprintf(format, args...))
}

// walk visits the elements below n. The content of a template is not part of the page, only its ids are.
func (c *checker) walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for child := range n.ChildNodes() {
		if n.DataAtom != atom.Template {
			c.walk(child, visit)
		}
	}
}

func (c *checker) collect(n *html.Node) {
	if id, has := attr(n, "id"); has {
		switch {
		case id == "" || strings.ContainsAny(id, " \t\n"):
			c.fault(n, "id %q is empty or has a space", id)
		case c.byID[id] != nil:
			c.fault(n, "id %q stands twice", id)
		}
		c.byID[id] = n
	}
	if of, has := attr(n, "for"); has && n.DataAtom == atom.Label {
		c.labels[of] = true
	}
}

// pointing are the attributes whose value names other elements.
var pointing = []string{"for", "list", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "headers"}

func (c *checker) element(n *html.Node) {
	c.attributes(n)
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		c.heading(n)
	case atom.Input, atom.Select, atom.Textarea:
		c.control(n)
	case atom.Button, atom.Summary:
		c.mustBeNamed(n)
	case atom.A:
		c.link(n)
	case atom.Img:
		if _, has := attr(n, "alt"); !has {
			c.fault(n, "no alt")
		}
	case atom.Svg:
		if !hidden(n) && name(n, c) == "" {
			c.fault(n, "neither hidden from screen readers nor named")
		}
	case atom.Table:
		c.table(n)
	case atom.Fieldset:
		if first := firstElement(n); first == nil || first.DataAtom != atom.Legend || text(first) == "" {
			c.fault(n, "does not begin with a legend")
		}
	case atom.Nav:
		if name(n, c) == "" {
			c.fault(n, "navigation without a name")
		}
	case atom.Ul, atom.Ol:
		c.list(n)
	case atom.Form:
		c.form(n)
	}
}

func (c *checker) attributes(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style":
			c.fault(n, "inline style, which the content security policy refuses")
		case strings.HasPrefix(a.Key, "on"):
			c.fault(n, "inline script %s", a.Key)
		case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
			c.fault(n, "tabindex %s changes the order of the page", a.Val)
		case strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
			c.fault(n, "%s runs a script", a.Key)
		}
		if slices.Contains(pointing, a.Key) {
			for id := range strings.FieldsSeq(a.Val) {
				if c.byID[id] == nil {
					c.fault(n, "%s names %q, which is not on the page", a.Key, id)
				}
			}
		}
	}
}

func (c *checker) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if text(n) == "" {
		c.fault(n, "empty heading")
	}
	if len(c.headings) > 0 && level > c.headings[len(c.headings)-1]+1 {
		c.fault(n, "level %d after level %d", level, c.headings[len(c.headings)-1])
	}
	c.headings = append(c.headings, level)
}

func (c *checker) link(n *html.Node) {
	c.mustBeNamed(n)
	href, has := attr(n, "href")
	if !has || href == "" {
		c.fault(n, "leads nowhere")
	}
	if id, inPage := strings.CutPrefix(href, "#"); inPage && c.byID[id] == nil {
		c.fault(n, "leads to %q, which is not on the page", id)
	}
}

func (c *checker) table(n *html.Node) {
	if find(n, atom.Th) == nil {
		c.fault(n, "no header cells")
	}
	if find(n, atom.Caption) == nil && name(n, c) == "" {
		c.fault(n, "no caption")
	}
}

func (c *checker) list(n *html.Node) {
	for child := range n.ChildNodes() {
		if child.Type == html.ElementNode && child.DataAtom != atom.Li && child.DataAtom != atom.Template {
			c.fault(child, "in a list, but not an item")
		}
	}
}

// form finds fields that are asked again: each needs a button, and only a POST may hold what must not be in an address.
func (c *checker) form(n *html.Node) {
	if find(n, atom.Button) == nil {
		c.fault(n, "no button")
	}
	method, _ := attr(n, "method")
	if !strings.EqualFold(method, "post") && holdsPassword(n) {
		c.fault(n, "puts a password into an address")
	}
}

// document checks what only the whole page can show.
func (c *checker) document(root *html.Node) {
	page := find(root, atom.Html)
	lang, _ := attr(page, "lang")
	dir, _ := attr(page, "dir")
	if lang == "" {
		c.fault(page, "no lang")
	}
	if dir != "ltr" && dir != "rtl" {
		c.fault(page, "no dir")
	}
	if title := find(root, atom.Title); title == nil || text(title) == "" {
		c.fault(page, "no title")
	}
	if find(root, atom.Main) == nil {
		c.fault(page, "no main")
	}
	if ones := count(c.headings, 1); ones != 1 {
		c.fault(page, "%d headings of level 1", ones)
	}
}
