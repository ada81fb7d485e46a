package web

import (
	"fmt"
	"strings"

	"longtable/server/community"
)

// Handler answers one request: it turns what was sent into a verb of the community and the result into an Answer.
type Handler func(*Request) (Answer, error)

// Rule says who may come to a route at all. What a person may do with the thing behind it is decided by the verb.
type Rule struct {
	Name  string
	admit func(community.Viewer) error
}

// The rules. The zero Rule admits nobody and keeps the program from starting.
var (
	Anyone   = Rule{"anyone", func(community.Viewer) error { return nil }}
	SignedIn = Rule{"signed-in", func(v community.Viewer) error {
		if !v.Known() {
			return community.Unauthenticated()
		}
		return nil
	}}
	Hosts = Rule{"hosts", func(v community.Viewer) error {
		switch {
		case !v.Known():
			return community.Unauthenticated()
		case !v.HostsAny() && !v.Steward:
			return community.NotFound("only hosts come here")
		}
		return nil
	}}
	Stewards = Rule{"stewards", func(v community.Viewer) error {
		switch {
		case !v.Known():
			return community.Unauthenticated()
		case !v.Steward:
			return community.NotFound("only stewards come here")
		}
		return nil
	}}
)

// Route is one line of the table in routes.go: an address, who may come, what is sent, what is answered.
type Route struct {
	Method string // GET or POST; a POST also answers to its JSON twins PATCH and DELETE where As names one
	Path   string
	As     string // the method that a program uses for the same: PATCH or DELETE; empty for none
	Rule   Rule
	Handle Handler
	Again  Handler // shows the form again with what was typed, when Handle refuses it; nil where there is no form
	Files  bool    // takes a form with files, whose body may be larger
	Sends  any     // zero value of what is sent; nil for nothing
	Gives  any     // zero value of the JSON answer; nil for none
	Says   string  // one sentence for the OpenAPI document
}

// check refuses a table that is not complete, before the program serves anybody.
func check(routes []Route) error {
	seen := map[string]bool{}
	for _, r := range routes {
		at := r.Method + " " + r.Path
		switch {
		case r.Rule.admit == nil:
			return fmt.Errorf("route %s has no rule: say in routes.go who may come", at)
		case r.Handle == nil || r.Says == "":
			return fmt.Errorf("route %s has no handler or no sentence", at)
		case r.Method != "GET" && r.Method != "POST":
			return fmt.Errorf("route %s: a method is GET or POST", at)
		case !strings.HasPrefix(r.Path, "/"):
			return fmt.Errorf("route %s: a path begins with /", at)
		case seen[at]:
			return fmt.Errorf("route %s stands twice in the table", at)
		}
		seen[at] = true
	}
	return nil
}

// programPath is the address of the JSON twin: POST /events/{id}/delete is DELETE /events/{id}.
func (r Route) programPath() string {
	if r.As == "DELETE" {
		return strings.TrimSuffix(r.Path, "/delete")
	}
	return r.Path
}
