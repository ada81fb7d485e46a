package web

import (
	"fmt"
	"strings"

	"longtable/server/community"
)

// What somebody may do who acts for a member is decided here for every address, beside the rule of who may come at all. A
// route without a decision keeps the program from starting.

// decision is what a helper meets at a route: within a scope of the consent, or one of the two below.
type decision struct {
	scope community.Scope
	says  string // catalogue key, below "acts.", of the line in the log; for what changes something
}

const (
	openToHelpers community.Scope = "open"  // what everybody in the network reads, and what concerns the browser only
	neverHelped   community.Scope = "never" // who lets whom in, what is private between a person and the program, and what hosts do
)

var (
	open  = decision{scope: openToHelpers}
	never = decision{scope: neverHelped}
)

func within(scope community.Scope, says string) decision { return decision{scope, says} }

var assisted = map[string]decision{
	"GET /": open, "GET /first-run": never, "POST /first-run": never, "GET /help": open, "GET /search": open,

	"GET /sign-up": never, "POST /sign-up": never, "GET /sessions": never, "POST /sessions": never, "POST /sessions/delete": open,
	"POST /sessions/{id}/delete": never, "GET /sign-in-link": never, "POST /sign-in-link": never, "GET /sign-in-link/{token}": never,
	"POST /sign-in-link/{token}": never, "GET /arrival": never, "POST /arrival": never, "GET /mailbox": never,
	"GET /card": never, "POST /card": never, "POST /card/halves": never, "GET /way-in": never, "POST /way-in/card": never, "POST /way-in/own": never,

	"GET /helping": never, "POST /helping": never, "GET /helping/new": never, "POST /helping/people": never, "POST /helping/{id}/end": never,
	"POST /helping/{id}/act": never, "GET /acting": open, "POST /acting/stop": open, "GET /in-my-name": never,
	"GET /recoveries/new": never, "POST /recoveries": never, "POST /recoveries/{member}/approve": never, "POST /recoveries/{member}/stop": never,
	"POST /way-in/stop": never,

	"GET /people": open, "GET /people/{id}": open, "POST /people/{id}/block": never, "POST /people/{id}/block/delete": never,
	"GET /profile": within(community.ScopeProfile, ""), "POST /profile": within(community.ScopeProfile, "profile"),
	"GET /matches": within(community.ScopeIntroductions, ""), "GET /matches/how-you-are-shown": within(community.ScopeProfile, ""),
	"POST /matches/how-you-are-shown": within(community.ScopeProfile, "profile"), "GET /matches/weights": open,
	"GET /introductions": within(community.ScopeIntroductions, ""), "GET /people/{id}/introduction": within(community.ScopeIntroductions, ""),
	"POST /people/{id}/introduction": within(community.ScopeIntroductions, "introduction"), "POST /introductions": within(community.ScopeIntroductions, "introduction"),
	"POST /introductions/{id}/accept": within(community.ScopeIntroductions, "introduction-yes"), "POST /introductions/{id}/pass": within(community.ScopeIntroductions, "introduction-no"),
	"POST /brokerings/{id}/accept": within(community.ScopeIntroductions, "introduction-yes"), "POST /brokerings/{id}/pass": within(community.ScopeIntroductions, "introduction-no"),

	"GET /conversations": within(community.ScopeMessages, "read"), "GET /conversations/new": within(community.ScopeMessages, ""),
	"GET /conversations/requests": within(community.ScopeMessages, "read"), "GET /conversations/search": within(community.ScopeMessages, "read"),
	"POST /conversations": within(community.ScopeMessages, "group"), "GET /conversations/{id}": within(community.ScopeMessages, "read"),
	"GET /conversations/{id}/messages": within(community.ScopeMessages, "read"), "POST /conversations/{id}/messages": within(community.ScopeMessages, "message"),
	"GET /conversations/{id}/messages/{seq}/files/{file}": within(community.ScopeMessages, "read"),
	"GET /conversations/{id}/messages/{seq}":              within(community.ScopeMessages, "read"), "POST /conversations/{id}/messages/{seq}": within(community.ScopeMessages, "message"),
	"POST /conversations/{id}/messages/{seq}/delete": within(community.ScopeMessages, "message"), "POST /conversations/{id}/messages/{seq}/reaction": within(community.ScopeMessages, "message"),
	"GET /conversations/{id}/details": within(community.ScopeMessages, ""), "POST /conversations/{id}/accept": within(community.ScopeMessages, "message"),
	"POST /conversations/{id}/pass": within(community.ScopeMessages, "message"), "POST /conversations/{id}/members": within(community.ScopeMessages, "group"),
	"POST /conversations/{id}/name": within(community.ScopeMessages, "group"), "POST /conversations/{id}/leave": within(community.ScopeMessages, "group"),
	"POST /conversations/{id}/mute": within(community.ScopeMessages, "message"), "POST /conversations/{id}/read": within(community.ScopeMessages, "read"), "GET /live": never,

	"GET /board": open, "GET /board/new": within(community.ScopeBoard, ""), "POST /board": within(community.ScopeBoard, "board"),
	"GET /board/for-you": within(community.ScopeBoard, ""), "GET /board/{id}": open, "GET /board/{id}/edit": within(community.ScopeBoard, ""),
	"POST /board/{id}": within(community.ScopeBoard, "board"), "POST /board/{id}/delete": within(community.ScopeBoard, "board"),
	"POST /board/{id}/answers": within(community.ScopeMessages, "message"),

	"GET /events": open, "GET /events/new": never, "POST /events": never, "GET /events/{id}": open, "GET /events/{id}/edit": never, "POST /events/{id}": never,
	"POST /events/{id}/delete": never, "GET /events/{id}/attendance": within(community.ScopeEvents, ""), "POST /events/{id}/attendance": within(community.ScopeEvents, "event"),
	"POST /events/{id}/attendance/delete": within(community.ScopeEvents, "event-left"), "POST /events/{id}/conversation": within(community.ScopeMessages, "group"),

	"GET /programmes": open, "GET /programmes/new": never, "POST /programmes": never, "GET /programmes/for-you": within(community.ScopeProgrammes, ""),
	"GET /programmes/{id}": open, "GET /programmes/{id}/edit": never, "POST /programmes/{id}": never, "POST /programmes/{id}/delete": never, "POST /programmes/{id}/open": never,
	"GET /programmes/{id}/apply": within(community.ScopeProgrammes, ""), "POST /programmes/{id}/applications": within(community.ScopeProgrammes, "application"),
	"POST /programmes/{id}/publish": never, "GET /programmes/{id}/sheet": open, "GET /programmes/{id}/listing": open, "GET /programmes/{id}/log": open,
	"GET /programmes/{id}/draw": open, "GET /programmes/{id}/report": open, "POST /programmes/{id}/draw/commitment": never, "POST /programmes/{id}/draw/value": never, "POST /programmes/{id}/freeze": never,
	"GET /programmes/{id}/cohort": within(community.ScopeProgrammes, ""), "POST /programmes/{id}/events/{event}": never, "POST /programmes/{id}/events/{event}/delete": never,
	"GET /programmes/{id}/applications": never, "GET /programmes/{id}/applications/{application}": never,
	"POST /programmes/{id}/applications/{application}/review": never, "POST /programmes/{id}/applications/{application}/conflict": never,
	"GET /applications/{code}/edit": within(community.ScopeProgrammes, ""), "POST /applications/{code}": within(community.ScopeProgrammes, "application"),
	"POST /applications/{code}/place": within(community.ScopeProgrammes, "application"), "POST /applications/{code}/withdraw": within(community.ScopeProgrammes, "application"),
	"POST /applications/{code}/account": never,

	"GET /declaration": never, "POST /declaration": never, "POST /declaration/delete": never, "GET /people/{id}/declaration": never,
	"GET /applications/{code}/declaration": never, "GET /applications/{code}/report": never, "POST /applications/{code}/declaration": never, "POST /applications/{code}/declaration/delete": never,
	"POST /declaration/{application}/delete": never, "GET /applications/{code}/held": never, "POST /applications/{code}/delete": never,
	"GET /applications": within(community.ScopeProgrammes, ""), "POST /applications": within(community.ScopeProgrammes, "application-read"), "GET /applications/{code}": within(community.ScopeProgrammes, ""),

	"GET /hubs": open, "GET /hubs/new": never, "POST /hubs": never, "GET /hubs/{id}": open, "GET /hubs/{id}/edit": never, "POST /hubs/{id}": never, "GET /hubs/{id}/people": open,
	"POST /hubs/{id}/join-requests": within(community.ScopeProfile, "join"), "POST /hubs/{id}/hosts": never, "POST /hubs/{id}/hosts/{member}/delete": never,
	"GET /hubs/{id}/agreement": open, "GET /hubs/{id}/proposals": open, "GET /hubs/{id}/proposals/new": never, "POST /hubs/{id}/proposals": never,
	"GET /proposals/{id}": open, "POST /proposals/{id}/vote": never, "POST /proposals/{id}/remarks": never, "POST /proposals/{id}/delete": never,
	"GET /hubs/{id}/plans": open, "POST /hubs/{id}/plans": never, "GET /plans/{id}/edit": never, "POST /plans/{id}": never, "POST /plans/{id}/delete": never,
	"GET /seat": never, "POST /seats": never, "POST /seats/line/delete": never, "POST /seats/{id}/delete": never, "GET /hubs/{id}/seats": never,
	"GET /hubs/{id}/pool": open, "POST /hubs/{id}/gifts": never, "POST /gifts/{id}/delete": never, "POST /gifts/{id}/received": never,
	"GET /hubs/{id}/books": never, "GET /hubs/{id}/books/{member}": never, "POST /hubs/{id}/payments": never, "POST /hubs/{id}/entries/{number}/reversal": never,
	"POST /hubs/{id}/bookkeepers": never, "POST /hubs/{id}/bookkeepers/{member}/delete": never,
	"GET /hubs/{id}/inclusion": open, "POST /hubs/{id}/inclusion/shares": never, "GET /inclusion": open, "POST /inclusion/k": never,
	"GET /agreement": open, "POST /agreement": never, "GET /desk": never,
	"GET /introducing": never, "GET /introducing/new": never, "POST /introducing": never, "POST /join-requests/{id}/answer": never,
	"GET /reports/new": never, "POST /reports": never, "POST /reports/{id}/outcome": never, "GET /unfinished": never, "POST /unfinished/{id}/again": never,

	"GET /enterprises": open, "GET /enterprises/new": within(community.ScopeProfile, ""), "POST /enterprises": within(community.ScopeProfile, "enterprise"),
	"GET /enterprises/{id}": open, "GET /enterprises/{id}/edit": within(community.ScopeProfile, ""), "POST /enterprises/{id}": within(community.ScopeProfile, "enterprise"),
	"GET /enterprises/{id}/roles/new": within(community.ScopeBoard, ""), "POST /enterprises/{id}/roles": within(community.ScopeBoard, "board"),
	"GET /roles": within(community.ScopeBoard, ""), "GET /roles/{id}": open, "GET /roles/{id}/edit": within(community.ScopeBoard, ""), "POST /roles/{id}": within(community.ScopeBoard, "board"),
	"POST /roles/{id}/delete": within(community.ScopeBoard, "board"), "POST /enterprises/{id}/people": never, "POST /enterprises/{id}/people/delete": never,
	"GET /skills": open, "POST /skills": within(community.ScopeProfile, "profile"), "POST /skills/{id}/accept": never,

	"GET /notices": within(community.ScopeMessages, "read"), "POST /notices/read": within(community.ScopeMessages, "read"), "GET /settings": never,
	"POST /settings/language": open, "POST /settings/theme": open, "POST /settings/notices": never, "POST /settings/password": never, "POST /settings/tokens": never,
	"POST /settings/letters": never, "GET /letters/{token}": open, "POST /letters/{token}": open,
	"GET /saved-searches": never, "POST /saved-searches": never, "POST /saved-searches/{id}/delete": never,
	"POST /settings/tokens/{id}/delete": never, "GET /export": never, "GET /leave": never, "POST /stewards": never, "POST /account/delete": never,

	"GET /assets/{name}": open, "GET /openapi.json": open, "GET /health/live": open, "GET /health/ready": open, "GET /metrics": never,
}

// checkAssisted refuses a table of routes in which one has no decision, or one that changes something has no words.
func checkAssisted(routes []Route) error {
	for _, r := range routes {
		at := r.Method + " " + r.Path
		d, decided := assisted[at]
		switch {
		case !decided:
			return fmt.Errorf("route %s has no decision for helpers: say in assisted.go whether somebody who acts for a member may come", at)
		case d.scope != openToHelpers && d.scope != neverHelped && r.Method != "GET" && d.says == "":
			return fmt.Errorf("route %s changes something in somebody's name: say in assisted.go what the log calls it", at)
		}
	}
	return nil
}

// lookAtHelp finds for whom the session's member acts. A consent that has ended ends the acting at once, and what was asked
// for is not done: it was meant in the other's name.
func (q *Request) lookAtHelp() error {
	if q.Session == nil || q.Session.ActingFor == "" || !q.Viewer.Known() {
		return nil
	}
	acting, err := q.Network.ActFor(q.Context(), q.Viewer, q.Session.ActingFor)
	if community.KindOf(err) == community.KindForbidden {
		if err := q.Door.ActFor(q.Context(), q.Session, ""); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	q.Viewer = acting
	return nil
}

// inName runs a handler in somebody's name: within what was allowed, and with a line in the log that is written before. A
// person who acts for themselves is not held up.
func (q *Request) inName(r Route) (Answer, error) {
	if q.Viewer.By == "" {
		return r.Handle(q)
	}
	d := assisted[r.Method+" "+r.Path]
	switch {
	case d.scope == openToHelpers && r.Path == "/":
		return Gone("/acting", ""), nil
	case d.scope == openToHelpers:
		return r.Handle(q)
	case d.scope == neverHelped:
		return Answer{}, community.Forbidden("helping.never")
	case !q.Viewer.May(d.scope):
		return Answer{}, community.Forbidden("helping.not-allowed")
	case d.says == "":
		return r.Handle(q)
	}
	line, err := q.Network.BeginAct(q.Context(), q.Viewer, d.says, q.thingPath())
	if err != nil {
		return Answer{}, err
	}
	answer, err := r.Handle(q)
	outcome := community.ActDone
	if err != nil {
		outcome = community.ActRefused
	}
	if noted := q.Network.EndAct(q.Context(), q.Viewer, line, outcome); noted != nil && err == nil {
		return Answer{}, noted
	}
	return answer, err
}

// thingPath is the page of the thing that the request is about: its first two parts, without a query.
func (q *Request) thingPath() string {
	parts := strings.Split(strings.Trim(q.c.Path(), "/"), "/")
	return "/" + strings.Join(parts[:min(len(parts), 2)], "/")
}
