package web

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

var update = flag.Bool("update", false, "write the matrix anew, to be read before it is committed")

const matrixFile = "testdata/matrix.txt"

// TestEveryRouteAnswersEveryRoleAsAgreed walks the whole table of routes as seven people and compares with the agreed
// matrix. A route or a role that the matrix does not list is a failure, so nothing opens unseen.
func TestEveryRouteAnswersEveryRoleAsAgreed(t *testing.T) {
	t.Parallel()
	cells := map[string][]string{}
	for _, role := range roles {
		r := openRoom(t)
		things := r.furnish()
		session := r.signIn(role.who(r))
		for _, route := range inOrder(routes()) {
			got := r.do(sample(route, things, session))
			name := route.Method + " " + route.Path
			cells[name] = append(cells[name], fmt.Sprint(got.status))
			if got.status >= 500 {
				t.Errorf("%s as %s gives %d: %s", name, role.name, got.status, got.body)
			}
			checkShape(t, route, got)
		}
	}
	compare(t, cells)
}

var roles = []struct {
	name string
	who  func(*room) community.Viewer
}{
	{"anonymous", func(*room) community.Viewer { return community.Viewer{} }},
	{"newcomer", func(r *room) community.Viewer { return r.Noor }},
	{"member", func(r *room) community.Viewer { return r.Amara }},
	{"other", func(r *room) community.Viewer { return r.Chen }},
	{"other-host", func(r *room) community.Viewer { return r.Esra }},
	{"host", func(r *room) community.Viewer { return r.Dana }},
	{"steward", func(r *room) community.Viewer { return r.Farid }},
}

// inOrder puts what only reads before what changes, then what takes away, and signing out last of all.
func inOrder(routes []Route) []Route {
	var signOut Route
	var reads, writes, ends []Route
	for _, r := range routes {
		switch {
		case r.Method == "GET":
			reads = append(reads, r)
		case r.Path == "/sessions/delete":
			signOut = r
		case strings.HasSuffix(r.Path, "/delete") || strings.HasSuffix(r.Path, "/block"):
			ends = append(ends, r)
		default:
			writes = append(writes, r)
		}
	}
	return append(append(append(reads, writes...), ends...), signOut)
}

// furnish puts one thing of each kind on the table; the member Amara owns what a member can own.
func (r *room) furnish() map[string]string {
	ctx := r.t.Context()
	posting, err := r.Post(ctx, r.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van for a morning"})
	must(r.t, err)
	event, err := r.PostEvent(ctx, r.Dana, eventSample(r.Harbour))
	must(r.t, err)
	programme := r.Publish(r.t, r.Dana, programmeSample(r.Harbour))
	code, application, err := r.Apply(ctx, community.Viewer{}, programme.ID, community.ApplicationDraft{Name: "Yusra", Answers: map[string]string{"q1": "A kitchen"}})
	must(r.t, err)
	introduction, err := r.AskIntroduction(ctx, r.Binta, r.Amara.ID, "Tea?")
	must(r.t, err)
	met, err := r.AskIntroduction(ctx, r.Chen, r.Amara.ID, "Tea?")
	must(r.t, err)
	talk, err := r.AcceptIntroduction(ctx, r.Amara, met.ID)
	must(r.t, err)
	r.Amara = r.See(r.t, r.Amara.ID)
	_, err = r.Write(ctx, r.Amara, talk.Conversation, community.MessageDraft{Nonce: "list", Files: []community.Upload{{Name: "list.txt", Bytes: []byte("Tea")}}})
	must(r.t, err)
	enterprise, err := r.FoundEnterprise(ctx, r.Amara, community.EnterpriseDraft{Name: "Plank"})
	must(r.t, err)
	asked, err := r.AskToJoin(ctx, r.Noor, r.Harbour, "May I?")
	must(r.t, err)
	report, err := r.Report(ctx, r.Noor, community.ReportDraft{About: community.ReportPerson, Subject: string(r.Binta.ID), Words: "Loud."})
	must(r.t, err)
	skill, err := r.ProposeSkill(ctx, r.Amara, "soup", "en")
	must(r.t, err)
	brokered, err := r.Introduce(ctx, r.Dana, r.Amara.ID, r.Esra.ID, "You would laugh together.")
	must(r.t, err)
	role, err := r.OpenARole(ctx, r.Amara, enterprise.ID, roleSample())
	must(r.t, err)
	saved, err := r.SaveSearch(ctx, r.Amara, community.SearchDraft{Kind: community.IndexPeople, Text: "bread"})
	must(r.t, err)
	plan, proposal, gift := r.furnishBooks()
	r.work.leave(Stuck{ID: "w1", Kind: "notice", Tries: 8, Reason: "took too long"})
	helped, err := r.Allow(ctx, r.Amara, community.HelpDraft{Helper: r.Chen.ID, Scopes: []community.Scope{community.ScopeEvents}, Months: 1})
	must(r.t, err)
	_, _, err = r.StartRecovery(ctx, r.Dana, r.Binta.ID, true)
	must(r.t, err)
	return map[string]string{"/helping": string(helped.ID), "/recoveries": string(r.Binta.ID), "/people": string(r.Binta.ID), "/introductions": string(introduction.ID), "/conversations": string(talk.Conversation),
		"/board": string(posting.ID), "/events": string(event.ID), "/programmes": string(programme.ID), "{application}": string(application.ID), "{event}": string(event.ID),
		"/hubs": string(r.Harbour), "{member}": string(r.Dana.ID), "/join-requests": string(asked.ID), "/reports": string(report.ID),
		"/unfinished": "w1", "/enterprises": string(enterprise.ID), "/skills": string(skill.ID), "{code}": code, "{token}": "nothing", "{name}": "nothing.css", "{seq}": "1", "{file}": "1",
		"/brokerings": string(brokered.ID), "/roles": string(role.ID), "/saved-searches": string(saved.ID), "/sessions": "0000", "/settings": "0000", "met": string(r.Chen.ID),
		"/plans": string(plan.ID), "/proposals": string(proposal.ID), "/gifts": string(gift.ID), "/seats": string(r.Harbour) + "~" + string(r.Amara.ID), "{number}": "1"}
}

// sample is a request that would be right if the person may make it.
func sample(route Route, things map[string]string, session string) call {
	path := strings.Replace(route.Path, "{seq}/files/", "2/files/", 1)
	if strings.HasPrefix(path, "/recoveries/{member}") {
		path = strings.Replace(path, "{member}", things["/recoveries"], 1)
	}
	for _, param := range []string{"{application}", "{member}", "{event}", "{code}", "{token}", "{name}", "{seq}", "{file}", "{number}"} {
		path = strings.ReplaceAll(path, param, things[param])
	}
	for kind, id := range things {
		if strings.HasPrefix(path, kind+"/{id}") {
			path = strings.Replace(path, "{id}", id, 1)
		}
	}
	c := call{method: route.Method, path: path, session: session}
	if route.Path == "/reports/new" {
		c.path += "?about=person&subject=" + things["/people"]
	}
	if route.Path == "/introducing/new" {
		c.path += "?one=" + things["/people"] + "&other=" + things["met"]
	}
	if route.Sends != nil {
		if c.body = bodies(things)[route.Method+" "+route.Path]; c.body == nil {
			c.body = map[string]any{}
		}
	}
	return c
}

// bodies are right for what they are sent to.
func bodies(things map[string]string) map[string]any {
	hub := community.HubID(things["/hubs"])
	return map[string]any{
		"POST /saved-searches":         map[string]string{"address": "/people?q=oven"},
		"POST /sessions":               map[string]string{"email": "nobody@example.org", "password": "three plain words"},
		"POST /sign-up":                map[string]string{"email": "nobody@example.org", "password": "three plain words"},
		"POST /sign-in-link":           map[string]string{"email": "nobody@example.org"},
		"POST /settings/language":      map[string]string{"language": "fr"},
		"POST /settings/theme":         map[string]string{"theme": "dark"},
		"POST /settings/notices":       map[string]any{"silenced": []string{"event"}},
		"POST /settings/letters":       map[string]string{"digest": "daily"},
		"POST /settings/tokens":        map[string]string{"name": "my calendar"},
		"POST /account/delete":         map[string]bool{"sure": true},
		"POST /stewards":               map[string]string{"member": things["/people"]},
		"POST /profile":                community.ProfileDraft{Name: "A new name", RoomInWeek: 3},
		"POST /agreement":              community.AgreementDraft{Percent: "5", Reason: "We voted."},
		"POST /hubs/{id}/proposals":    proposalSample(),
		"POST /proposals/{id}/vote":    community.VoteDraft{Choice: community.ChoiceYes},
		"POST /proposals/{id}/remarks": map[string]string{"words": "Let us try."},
		"POST /hubs/{id}/plans":        planSample(), "POST /plans/{id}": planSample(),
		"POST /seats":                               community.SeatDraft{Plan: community.PlanID(things["/plans"]), Payer: community.PayerMember, Fee: "12"},
		"POST /hubs/{id}/gifts":                     community.DonationDraft{Currency: "EUR", Amount: "5"},
		"POST /hubs/{id}/payments":                  community.PaymentDraft{Currency: "EUR", ForPool: "5", Nonce: "n1"},
		"POST /hubs/{id}/entries/{number}/reversal": reversalBody{"EUR", "A slip."},
		"POST /hubs/{id}/bookkeepers":               map[string]string{"member": things["/people"]},
		"POST /matches/how-you-are-shown":           map[string]bool{"proposed": true}, // who is not has no part in introductions by hosts
		"POST /introductions":                       map[string]string{"to": things["/people"], "words": "Tea?"},
		"POST /applications":                        map[string]string{"code": things["{code}"]},
		"POST /board":                               community.PostingDraft{Kind: community.Offer, Title: "Two chairs"},
		"POST /board/{id}":                          community.PostingDraft{Kind: community.Ask, Title: "A bigger van"},
		"POST /board/{id}/answers":                  map[string]string{"nonce": "n1", "words": "I have one."},
		"POST /events":                              eventSample(hub), "POST /events/{id}": eventSample(hub),
		"POST /programmes": programmeSample(hub), "POST /programmes/{id}": programmeSample(hub),
		"POST /programmes/{id}/applications":                      map[string]any{"name": "Yusra", "answers": map[string]string{"q1": "A bakery"}},
		"POST /programmes/{id}/applications/{application}/review": map[string]any{"points": map[string]int{"c1": 3}, "words": "Come."},
		"POST /programmes/{id}/draw/commitment":                   map[string]string{"value": "what the dice said, twice"},
		"POST /programmes/{id}/draw/value":                        map[string]string{"value": "what the dice said, twice"},
		"POST /applications/{code}":                               map[string]any{"name": "Yusra", "answers": map[string]string{"q1": "A bakery"}},
		"POST /applications/{code}/delete":                        map[string]bool{"sure": true},
		"POST /applications/{code}/place":                         map[string]bool{"yes": true},
		"POST /hubs":                                              communitytest.HubDraft("Quay", "IT"),
		"POST /hubs/{id}":                                         communitytest.HubDraft("Harbour", "GH"),
		"POST /hubs/{id}/hosts":                                   map[string]string{"member": things["/people"]},
		"POST /hubs/{id}/join-requests":                           map[string]string{"words": "May I?"},
		"POST /join-requests/{id}/answer":                         map[string]any{"welcome": true, "answer": "Come in."},
		"POST /reports":                                           community.ReportDraft{About: community.ReportPerson, Subject: things["/people"], Words: "Loud."},
		"POST /reports/{id}/outcome":                              map[string]string{"outcome": "We spoke."},
		"POST /conversations/{id}/messages":                       map[string]string{"nonce": "n1", "body": "Hello."},
		"POST /conversations/{id}/messages/{seq}":                 map[string]string{"body": "Tea, then?"},
		"POST /conversations/{id}/messages/{seq}/reaction":        map[string]string{"word": "thanks"},
		"POST /conversations":                                     map[string]any{"nonce": "0123456789abcdef", "title": "Bakers", "members": []string{things["met"]}},
		"POST /conversations/{id}/members":                        map[string]string{"member": things["met"]},
		"POST /conversations/{id}/name":                           map[string]string{"title": "Bakers"},
		"POST /conversations/{id}/mute":                           map[string]bool{"muted": true},
		"POST /conversations/{id}/read":                           map[string]int{"seq": 1},
		"POST /people/{id}/introduction":                          map[string]string{"words": "Tea?"},
		"POST /skills":                                            map[string]string{"name": "bread"},
		"POST /skills/{id}/accept":                                map[string]any{"names": map[string]string{"fr": "soupe"}},
		"POST /enterprises":                                       community.EnterpriseDraft{Name: "Nail"},
		"POST /enterprises/{id}":                                  community.EnterpriseDraft{Name: "Plank and Nail"},
		"POST /hubs/{id}/inclusion/shares":                        community.LocalSharesDraft{Table: "carer, 12.5", Source: "Statistics, 2026"}, "POST /inclusion/k": map[string]int{"k": 12},
		"POST /declaration": community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: community.Uses}, "POST /applications/{code}/declaration": community.DeclarationDraft{Groups: []community.Group{"rural"}},
		"POST /introducing":            introducingBody{community.MemberID(things["/people"]), community.MemberID(things["met"]), "Tea?"},
		"POST /brokerings/{id}/accept": map[string]string{"hello": "Hello."},
		"POST /enterprises/{id}/roles": roleSample(), "POST /roles/{id}": roleSample(),
		"POST /card":                    map[string]string{"code": "ABCD-EFGH-JKMN-PQRS"},
		"POST /card/halves":             map[string]string{"first": "ABCD-EFGH-JKMN-PQRS", "second": "ABCD-EFGH-JKMN-PQRS"},
		"POST /way-in/own":              map[string]bool{"keepHelpers": true},
		"POST /helping":                 community.HelpDraft{Helper: community.MemberID(things["met"]), Scopes: []community.Scope{community.ScopeEvents}, Months: 2},
		"POST /helping/people":          community.TakenIn{Name: "Amina Saleh", Language: "ar", Hub: hub, Scopes: []community.Scope{community.ScopeEvents}, Months: 2, SaidYes: true},
		"POST /recoveries":              recoveryBody{Member: community.MemberID(things["met"]), FaceToFace: true},
		"POST /enterprises/{id}/people": map[string]string{"member": things["met"], "title": "Baker"},
	}
}

func eventSample(hub community.HubID) community.EventDraft {
	return community.EventDraft{Hub: hub, Title: "Bread", Date: "2027-03-21", From: "18:30", To: "21:00", Place: "Long room", Capacity: 9}
}

func programmeSample(hub community.HubID) community.ProgrammeDraft {
	return community.ProgrammeDraft{Hub: hub, Title: "Second table", Summary: "Half a year.", ForWhom: "Starters.", Places: 4, Closes: "2027-04-01",
		Starts: "2027-05-01", Questions: []string{"What would you build?"}}
}

func roleSample() community.RoleDraft {
	return community.RoleDraft{Title: "Somebody for the books", Skills: []community.SkillID{"bookkeeping"}, Form: "job", Until: "2027-04-01"}
}

// checkShape holds a JSON answer against what the table promises: nothing in it that is not declared.
func checkShape(t *testing.T, route Route, got reply) {
	t.Helper()
	if got.status/100 != 2 || route.Gives == nil || len(got.body) == 0 {
		return
	}
	into := reflect.New(reflect.TypeOf(route.Gives))
	if err := json.Unmarshal(got.body, into.Interface(), json.RejectUnknownMembers(true)); err != nil {
		t.Errorf("%s %s answers with what the table does not declare: %v in %s", route.Method, route.Path, err, got.body)
	}
}

func compare(t *testing.T, cells map[string][]string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "# Status of every route for every role, in the order of the table: a route that is not here fails the test.\n%-7s%-62s", "#", "")
	for _, role := range roles {
		fmt.Fprintf(&b, "%-11s", role.name)
	}
	for _, route := range routes() {
		fmt.Fprintf(&b, "\n%-69s", route.Method+" "+route.Path)
		for _, cell := range cells[route.Method+" "+route.Path] {
			fmt.Fprintf(&b, "%-11s", cell)
		}
	}
	got := strings.TrimSpace(b.String()) + "\n"
	if *update {
		must(t, os.WriteFile(matrixFile, []byte(got), 0o644))
	}
	agreed, err := os.ReadFile(matrixFile)
	must(t, err)
	want := strings.Split(strings.TrimSpace(string(agreed)), "\n")
	for i, line := range strings.Split(strings.TrimSpace(got), "\n") {
		if i >= len(want) || strings.Join(strings.Fields(line), " ") != strings.Join(strings.Fields(want[i]), " ") {
			agreedLine := "(not listed)"
			if i < len(want) {
				agreedLine = want[i]
			}
			t.Errorf("got    %s\nagreed %s", line, agreedLine)
		}
	}
}

func TestTheOpenAPIDocumentHasEveryRoute(t *testing.T) {
	r := openRoom(t)
	got := r.do(call{method: "GET", path: "/openapi.json"})
	var document struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if got.status != http.StatusOK {
		t.Fatalf("it answers %d", got.status)
	}
	must(t, json.Unmarshal(got.body, &document))
	operations := 0
	for _, path := range document.Paths {
		operations += len(path)
	}
	if operations != len(routes()) {
		t.Errorf("%d operations for %d routes", operations, len(routes()))
	}
	for _, route := range routes() {
		method := strings.ToLower(route.Method)
		if route.As != "" {
			method = strings.ToLower(route.As)
		}
		if document.Paths[route.programPath()][method] == nil {
			t.Errorf("%s %s is missing", method, route.programPath())
		}
	}
}

func planSample() community.PlanDraft {
	return community.PlanDraft{Name: "A desk", Includes: "A chair too.", Currency: "EUR", Least: "10", Suggested: "20", Most: "40"}
}

func proposalSample() community.ProposalDraft {
	rules := community.UsualRules()
	rules.PoolShare = 40
	return community.ProposalDraft{Title: "More seats from the pool", Reason: "We can.", Percent: "12", Rules: rules, Way: community.WayMajority, Closes: "2027-03-20", Review: "2028-03-01"}
}

// furnishBooks gives Harbour a plan, a bookkeeper who plays no other part, a seat of Amara's, a gift on its way, and a vote.
func (r *room) furnishBooks() (*community.Plan, *community.Proposal, *community.Donation) {
	ctx := r.t.Context()
	plan, err := r.AddPlan(ctx, r.Dana, r.Harbour, planSample())
	must(r.t, err)
	_, err = r.TakeSeat(ctx, r.Amara, community.SeatDraft{Plan: plan.ID, Payer: community.PayerMember, Fee: "12"})
	must(r.t, err)
	gift, err := r.PromiseDonation(ctx, r.Amara, r.Harbour, community.DonationDraft{Currency: "EUR", Amount: "30"})
	must(r.t, err)
	proposal, err := r.Propose(ctx, r.Amara, r.Harbour, proposalSample())
	must(r.t, err)
	return plan, proposal, gift
}
