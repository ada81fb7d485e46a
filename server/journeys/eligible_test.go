package journeys

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAProgrammeForSomeIsSaidAndSoundOnEveryPage leads a programme for three groups from its form to its places in a running program. Somebody
// fills in the form on a narrow screen and without scripts; then every page of it is looked at as those see it whom it concerns.
func TestAProgrammeForSomeIsSaidAndSoundOnEveryPage(t *testing.T) {
	t.Parallel()
	x := newSeasonForSome(t, sharedDemo(t))
	x.tellInBrowser()
	for i := range 13 {
		groups := []string{"refugee", "rural"}[i%2]
		x.applyDeclaring(i, groups, "eligibility")
	}
	host := x.deciding["host"]
	visits := []visit{{"/programmes/{id}", "nobody", x.path}, {"/programmes/{id}/apply", "nobody", x.path + "/apply"}, {"/programmes/{id}/apply", "member", x.path + "/apply"},
		{"/programmes/{id}/sheet", "nobody", x.path + "/sheet"}, {"/programmes/new", "host", "/programmes/new?kind=desk"}}
	tr := &tour{t: t, s: x.s, people: map[string]*client{"nobody": x.s.visitor(), "host": host, "member": x.deciding["member"]}, visits: visits}
	tr.shoot(visits)
	tr.checkDocuments()
	tr.checkInBrowser(visits)

	host.mustCall(http.MethodDelete, x.path, nil, nil)
	x.score()
	x.draw()
	visits = []visit{{"/programmes/{id}/draw", "nobody", x.path + "/draw"}, {"/programmes/{id}/log", "nobody", x.path + "/log"}}
	told := map[string]int{}
	for _, code := range x.codes {
		var own struct{ State, Asked string }
		eventually(t, patience, "an answer for "+code, func() bool {
			tr.people["nobody"].mustCall(http.MethodGet, "/applications/"+code, nil, &own)
			return own.State != "sent"
		})
		if told[own.Asked]++; told[own.Asked] == 1 {
			visits = append(visits, visit{"/applications/{code}", "nobody", "/applications/" + code})
		}
		if own.Asked != "yes" && own.State != "declined" {
			t.Errorf("whom it is not for is told %q and has %q", own.Asked, own.State)
		}
	}
	if told["yes"] != 8 || told["no"] != 6 {
		t.Errorf("the answers were %v", told)
	}
	tr.visits = visits
	tr.shoot(visits)
	tr.checkDocuments()
	tr.checkInBrowser(visits)
}

// shoot takes pictures for people to look at, where LONGTABLE_SHOTS names a folder.
func (tr *tour) shoot(visits []visit) {
	tr.t.Helper()
	folder := os.Getenv("LONGTABLE_SHOTS")
	if folder == "" {
		return
	}
	tb := tr.s.browse("photographer", tabOptions{})
	for i, v := range visits {
		for _, o := range []tabOptions{{language: "en", width: 360}, {language: "ar", width: 360}, {language: "fr", width: 1280, dark: true}} {
			tb.show(tr.people[v.role], v, o)
			tb.shoot(filepath.Join(folder, fmt.Sprintf("for-some_%d_%s", i, pictureName(v, o))))
		}
	}
}

// newSeasonForSome posts and publishes the programme.
func newSeasonForSome(t testing.TB, s *server) *season {
	t.Helper()
	x := &season{t: t, s: s, deciding: map[string]*client{}}
	for _, role := range []string{"host", "steward", "member"} {
		x.deciding[role] = s.as(role)
	}
	host := x.deciding["host"]
	var me struct{ Hub string }
	host.mustCall(http.MethodGet, "/people/jonas", nil, &me)
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	draft := map[string]any{"hub": me.Hub, "title": "A desk to begin again", "summary": "A desk for a year.", "forWhom": "Whoever begins again.", "places": 4,
		"eligibleFor": []string{"refugee"}, "closes": day(20), "starts": day(60), "questions": []string{"What would you work on?"}, "reviewers": []string{"jonas", "leila", "amara"}, "floor": 150}
	if status := host.call(http.MethodPost, "/programmes", draft, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a programme for one group is answered with %d", status)
	}
	draft["eligibleFor"] = []string{"refugee", "migrant", "language"}
	var made thing
	host.mustCall(http.MethodPost, "/programmes", draft, &made)
	x.path = "/programmes/" + made.ID
	host.mustCall(http.MethodPost, x.path+"/publish", nil, nil)
	return x
}

// tellInBrowser reads for whom it is, says so in confidence within the form, and sends it.
func (x *season) tellInBrowser() {
	x.t.Helper()
	applicant := x.s.browse("newcomer", tabOptions{noScripts: true, width: 360})
	applicant.open(x.path)
	applicant.shows("Only for people to whom one of these applies")
	applicant.open(x.path + "/apply")
	applicant.shows("there is no place for you here")
	applicant.fill(`[name="name"]`, "Samira")
	applicant.fill(`[name="answers.q1"]`, "A bakery that begins at four.")
	applicant.press(`[name="declaration.groups"][value="refugee"]`)
	applicant.press(`[name="declaration.uses"][value="eligibility"]`)
	applicant.press(`main form .button-main`)
	applicant.until("the code", `document.querySelector("main .code")`)
	x.codes = append(x.codes, strings.TrimSpace(applicant.text("main .code")))
}

func (x *season) applyDeclaring(i int, group, use string) {
	x.t.Helper()
	var made struct{ Code string }
	x.s.visitorFrom(fmt.Sprintf("127.0.3.%d", 1+i/10)).mustCall(http.MethodPost, x.path+"/applications", map[string]any{"name": fmt.Sprintf("Nr%dname", i),
		"answers": map[string]string{"q1": "Bread."}, "declaration": map[string]any{"groups": []string{group}, "uses": []string{use}}}, &made)
	x.codes = append(x.codes, made.Code)
}

// score lets everybody who decides give what is theirs to give.
func (x *season) score() {
	x.t.Helper()
	for again := true; again; {
		again = false
		for _, c := range x.deciding {
			var list struct {
				Items []struct {
					ID  string
					Due bool
				}
			}
			c.mustCall(http.MethodGet, x.path+"/applications", nil, &list)
			for _, a := range list.Items {
				if a.Due {
					c.mustCall(http.MethodPost, x.path+"/applications/"+a.ID+"/review", map[string]any{"points": map[string]int{"c1": 3}, "words": "Come to the open evening."}, nil)
					again = true
				}
			}
		}
	}
}
