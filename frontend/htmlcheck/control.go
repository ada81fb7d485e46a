package htmlcheck

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// control checks that a field has a label, and that its error is read with it.
func (c *checker) control(n *html.Node) {
	kind, _ := attr(n, "type")
	if kind == "hidden" || kind == "submit" || kind == "button" {
		return
	}
	id, _ := attr(n, "id")
	if !c.labels[id] && !within(n, atom.Label) && name(n, c) == "" {
		c.fault(n, "no label")
	}
	if _, has := attr(n, "name"); !has {
		c.fault(n, "no name, so its answer is not sent")
	}
	if invalid, _ := attr(n, "aria-invalid"); invalid == "true" && !c.describedByError(n) {
		c.fault(n, "wrong, but no error describes it")
	}
	if kind == "password" || kind == "email" {
		if _, has := attr(n, "autocomplete"); !has {
			c.fault(n, "no autocomplete, so password managers cannot help")
		}
	}
}

func (c *checker) describedByError(n *html.Node) bool {
	ids, _ := attr(n, "aria-describedby")
	return slices.ContainsFunc(strings.Fields(ids), func(id string) bool {
		target := c.byID[id]
		class, _ := attr(target, "class")
		return target != nil && slices.Contains(strings.Fields(class), "error")
	})
}

func (c *checker) mustBeNamed(n *html.Node) {
	if name(n, c) == "" {
		c.fault(n, "has no name")
	}
}

// name is what is read out for an element: what labels it, else its text.
func name(n *html.Node, c *checker) string {
	if ids, has := attr(n, "aria-labelledby"); has {
		for id := range strings.FieldsSeq(ids) {
			if target := c.byID[id]; target != nil && text(target) != "" {
				return text(target)
			}
		}
	}
	if label, has := attr(n, "aria-label"); has {
		return strings.TrimSpace(label)
	}
	switch n.DataAtom {
	case atom.Nav, atom.Table, atom.Svg, atom.Input, atom.Select, atom.Textarea:
		return ""
	}
	return text(n)
}

// text is the text in an element as it is read out: without what is hidden, with the alt of images.
func text(n *html.Node) string {
	var out strings.Builder
	var add func(*html.Node)
	add = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			out.WriteString(n.Data)
		case n.Type == html.ElementNode && hidden(n):
			return
		case n.DataAtom == atom.Img:
			alt, _ := attr(n, "alt")
			out.WriteString(alt)
		}
		for child := range n.ChildNodes() {
			add(child)
		}
	}
	add(n)
	return strings.Join(strings.Fields(out.String()), " ")
}

func hidden(n *html.Node) bool {
	aria, _ := attr(n, "aria-hidden")
	_, gone := attr(n, "hidden")
	return gone || aria == "true"
}

func attr(n *html.Node, key string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func find(n *html.Node, what atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == what {
			return d
		}
	}
	return nil
}

func within(n *html.Node, what atom.Atom) bool {
	for a := range n.Ancestors() {
		if a.DataAtom == what {
			return true
		}
	}
	return false
}

func firstElement(n *html.Node) *html.Node {
	for child := range n.ChildNodes() {
		if child.Type == html.ElementNode {
			return child
		}
	}
	return nil
}

func holdsPassword(n *html.Node) bool {
	for d := range n.Descendants() {
		if kind, _ := attr(d, "type"); d.DataAtom == atom.Input && kind == "password" {
			return true
		}
	}
	return false
}

func count(levels []int, wanted int) int {
	n := 0
	for _, level := range levels {
		if level == wanted {
			n++
		}
	}
	return n
}

// describe names an element so that it can be found in the source.
func describe(n *html.Node) string {
	if n == nil {
		return "the page"
	}
	out := n.Data
	for _, key := range []string{"id", "name", "class", "href"} {
		if v, has := attr(n, key); has {
			return out + "[" + key + "=" + v + "]"
		}
	}
	return "<" + out + ">"
}
