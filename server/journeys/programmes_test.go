package journeys

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	applicantName = "Ilse van der Berg-Östlund"
	applicantText = "Three evenings a week, and a sewing machine that needs company, says Ilse."
	maskedText    = "Three evenings a week, and a sewing machine that needs company, says [•••]."
)

// season is a programme on its way through all phases of a running program.
type season struct {
	t        testing.TB
	s        *server
	deciding map[string]*client // host, steward and member decide
	path     string             // of the programme
	codes    []string
	canaries []string // names and ways to reach people; nobody who decides may read one before the vote is closed
	looked   int      // answers that were searched for them
}

func TestAProgrammeFromItsFormToItsCohort(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t)
	x := newSeason(t, s, 3, 1)
	x.applyInBrowser()
	x.apply(5, 1)
	x.decide()
	x.draw()
	x.takePlaces(3)
}

// TestProveProgrammesJourney leads a programme with 12 places and 60 applications, of which 10 with a helper, from the
// host's form to the conversation of its cohort.
func TestProveProgrammesJourney(t *testing.T) {
	if !proving() {
		t.Skip("takes minutes; LONGTABLE_PROVE=1 switches it on")
	}
	s := sharedDemo(t)
	x := newSeason(t, s, 12, 4)
	pressed := x.applyInBrowser()
	x.apply(59, 10)
	x.decide()
	x.draw()
	took := x.takePlaces(12)
	x.reportIsRight(60)
	figure(t, "programmes/applications", float64(len(x.codes)), "applications", 60, len(x.codes) == 60)
	figure(t, "programmes/keys-to-apply", float64(pressed), "keys but for the text itself", keysMax, pressed <= keysMax)
	figure(t, "programmes/answers-searched", float64(x.looked), "answers of routes to those who decide", 100, x.looked >= 100)
	figure(t, "programmes/names-before-the-vote", 0, "hits", 0, !t.Failed())
	figure(t, "programmes/places-taken", float64(took), "people in the conversation of the cohort", 12, took == 12)
}

func figure(t testing.TB, name string, value float64, unit string, bar float64, holds bool) {
	t.Helper()
	t.Logf("figure %s %v %s bar %v", name, value, unit, bar)
	if !holds {
		t.Errorf("%s is %v %s, and the bar is %v", name, value, unit, bar)
	}
}

// newSeason lets the host post a programme, look at the preview and publish it with a press of a button.
func newSeason(t testing.TB, s *server, places, reserved int) *season {
	t.Helper()
	x := &season{t: t, s: s, deciding: map[string]*client{}}
	for _, role := range []string{"host", "steward", "member"} {
		x.deciding[role] = s.as(role)
	}
	var me struct{ Hub string }
	x.deciding["host"].mustCall(http.MethodGet, "/people/jonas", nil, &me)
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	var made thing
	x.deciding["host"].mustCall(http.MethodPost, "/programmes", map[string]any{"hub": me.Hub, "title": "A season at the sewing table", "summary": "Twelve weeks with machines and cloth.",
		"forWhom": "Whoever has never been asked before.", "places": places, "reserved": reserved, "reservedFor": []string{"carer", "refugee"}, "closes": day(20), "starts": day(60), "questions": []string{"When do you have time?", "What would help?"},
		"criteria": map[string]string{"1": "One sees what the person wants", "2": "A table would change something"}, "weights": map[string]int{"1": 2, "2": 1},
		"reviewers": []string{"jonas", "leila", "amara"}, "floor": 150, "steps": []string{"Come for the keys"}}, &made)
	x.path = "/programmes/" + made.ID
	host := s.browse("host", tabOptions{})
	host.signIn(s.door("host"))
	host.open(x.path)
	host.shows("Only hosts of the hub see it")
	host.press(`main form[action$="/publish"] button`)
	host.until("it is open", `document.querySelector('main a[href$="/apply"]')`)
	return x
}

// keysMax is how many keys but for the text itself the form may take: a field, its Tab, the folded part, the buttons. At one
// key a second they leave four minutes of five for writing.
const keysMax = 60

// applyInBrowser fills the form without scripts, on a narrow screen and with keys only; saves it, comes back with the code and
// sends it. It counts the keys.
func (x *season) applyInBrowser() (pressed int) {
	x.t.Helper()
	applicant := x.s.browse("applicant", tabOptions{noScripts: true, width: 360})
	applicant.open(x.path + "/apply")
	pressed = applicant.typeForm(map[string]string{"name": applicantName, "reach": "+49 170 555 0199", "answers.q1": applicantText, "answers.q2": "A kitchen table."}, "do", "save")
	applicant.until("the page of a draft", `document.querySelector("main .code")`)
	code := strings.TrimSpace(applicant.text("main .code"))
	applicant.open("/applications")
	applicant.fill(`[name=code]`, strings.ToLower(code))
	applicant.press(`main form[action="/applications"] button`)
	applicant.shows("Saved, not sent")
	applicant.shows(maskedText)
	applicant.open("/applications/" + code + "/edit")
	if kept := ask[string](applicant, `document.querySelector("[name=name]").value`); kept != applicantName {
		x.t.Errorf("the form came back with the name %q", kept)
	}
	applicant.press(`main form[action^="/applications/"] .button-main`)
	applicant.shows("It is being read")
	x.codes = append(x.codes, code)
	x.canaries = append(x.canaries, applicantName, "Östlund", "555 0199")
	return pressed
}

// typeForm goes through a form with Tab, types into the fields, and presses Enter on the button with this name and value.
func (tb *tab) typeForm(texts map[string]string, button, value string) (pressed int) {
	tb.t.Helper()
	ask[bool](tb, `(document.querySelector("main h1").setAttribute("tabindex", "-1"), document.querySelector("main h1").focus(), true)`)
	for range 2 * keysMax {
		tb.do(chromedp.KeyEvent("\t"))
		pressed++
		at := ask[string](tb, `(document.activeElement.name || "") + "=" + (document.activeElement.tagName === "BUTTON" ? document.activeElement.value : "")`)
		name, _, _ := strings.Cut(at, "=")
		if text, there := texts[name]; there {
			tb.do(chromedp.KeyEvent(text))
			delete(texts, name)
		}
		if at == button+"="+value && len(texts) == 0 {
			tb.do(chromedp.KeyEvent("\r"))
			return pressed + 1
		}
	}
	tb.t.Fatalf("after %d keys these fields were not reached: %v", pressed, texts)
	return pressed
}

// apply sends applications over HTTP, some with a helper, from several networks as people do.
func (x *season) apply(n, assisted int) {
	x.t.Helper()
	for i := range n {
		visitor := x.s.visitorFrom(fmt.Sprintf("127.0.1.%d", 1+i/10))
		name, reach := fmt.Sprintf("Canary%dgiven Canary%dfamily", i, i), fmt.Sprintf("+49 30 7777 %04d", i)
		sent := map[string]any{"name": name, "reach": reach, "answers": map[string]string{
			"q1": fmt.Sprintf("Workshop number %d, by %s.", i, name), "q2": "Reach me at canary" + fmt.Sprint(i) + "@example.org or " + reach}}
		if i < assisted {
			sent["helper"], sent["helperHow"], sent["agreed"] = fmt.Sprintf("Helper%dname", i), "Read out and agreed to.", true
			x.canaries = append(x.canaries, fmt.Sprintf("Helper%dname", i))
		}
		var made struct{ Code string }
		visitor.mustCall(http.MethodPost, x.path+"/applications", sent, &made)
		if i%3 == 0 {
			visitor.mustCall(http.MethodPost, "/applications/"+made.Code+"/declaration", map[string]any{"groups": []string{"carer"}, "uses": []string{"reserved"}}, nil)
		}
		x.codes = append(x.codes, made.Code)
		x.canaries = append(x.canaries, fmt.Sprintf("Canary%dgiven", i), fmt.Sprintf("Canary%dfamily", i), reach, fmt.Sprintf("canary%d@", i))
	}
}

// search opens everything about the programme as everybody who decides, and looks for names.
func (x *season) search() {
	x.t.Helper()
	paths := []string{x.path, x.path + "/applications", x.path + "/draw", x.path + "/log", x.path + "/sheet", x.path + "/cohort", x.path + "/edit", "/programmes", "/notices", "/desk",
		"/search?q=canary1given", "/export"}
	for role, c := range x.deciding {
		var list struct{ Items []thing }
		c.mustCall(http.MethodGet, x.path+"/applications", nil, &list)
		all := paths
		for _, a := range list.Items {
			all = append(all, x.path+"/applications/"+a.ID)
		}
		for _, path := range all {
			for _, accept := range []string{"text/html", "application/json"} {
				r := c.request(http.MethodGet, path, nil)
				r.Header.Set("Accept", accept)
				_, body := c.do(r)
				x.looked++
				if found := anyOf(string(body), x.canaries); found != "" && !strings.HasPrefix(path, "/search") {
					x.t.Errorf("%s reads %q at %s", role, found, path)
				}
			}
		}
	}
}

func anyOf(text string, words []string) string {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, strings.ToLower(w)) {
			return w
		}
	}
	return ""
}

func drawValue(role string) string { return "what the dice said to the " + role }

// decide ends the applying, lets all three read what is theirs, and tries what a bad host would try.
func (x *season) decide() {
	x.t.Helper()
	host := x.deciding["host"]
	host.mustCall(http.MethodDelete, x.path, nil, nil)
	x.search()
	if anyOf("A page with Canary0given on it", append(x.canaries, "Canary0given")) == "" {
		x.t.Error("a planted name is not found, so the search means nothing")
	}
	x.badHost()
	for again := true; again; {
		again = false
		for role, c := range x.deciding {
			var list struct {
				Items []struct {
					ID     string
					Number int
					Due    bool
				}
			}
			c.mustCall(http.MethodGet, x.path+"/applications", nil, &list)
			for _, a := range list.Items {
				if !a.Due {
					continue
				}
				points := map[string]int{"c1": 2 + a.Number%3, "c2": 3}
				c.mustCall(http.MethodPost, x.path+"/applications/"+a.ID+"/review", map[string]any{"points": points, "words": "Your evenings are the ones that we lack, says the " + role + "."}, nil)
				again = true
			}
		}
	}
	x.search()
}

// badHost tries what the rules don't allow, and reads that everybody can read it.
func (x *season) badHost() {
	x.t.Helper()
	host := x.deciding["host"]
	var draft map[string]any
	host.mustCall(http.MethodGet, x.path, nil, &draft)
	for what, status := range map[string]int{
		"names":    host.call(http.MethodGet, x.path+"/cohort", nil, nil),
		"criteria": host.call(http.MethodPatch, x.path, map[string]any{"title": draft["title"], "summary": draft["summary"], "forWhom": draft["forWhom"], "criteria": map[string]string{"1": "Degrees"}}, nil),
		"freezing": host.call(http.MethodPost, x.path+"/freeze", nil, nil),
	} {
		if status != http.StatusForbidden && status != http.StatusConflict {
			x.t.Errorf("%s early: answered %d", what, status)
		}
	}
	x.logHas("names-refused", "rules-refused", "draw-refused")
}

func (x *season) logHas(kinds ...string) {
	x.t.Helper()
	var log list[struct{ Kind string }]
	x.s.visitor().mustCall(http.MethodGet, x.path+"/log", nil, &log)
	said := fmt.Sprint(log.Items)
	for _, kind := range kinds {
		if !strings.Contains(said, kind) {
			x.t.Errorf("the log that everybody reads lacks %s: %s", kind, said)
		}
	}
}

// draw commits, freezes, shows two of three values and then the third, and replays the result with the program itself.
func (x *season) draw() {
	x.t.Helper()
	host := x.deciding["host"]
	for role, c := range x.deciding {
		c.mustCall(http.MethodPost, x.path+"/draw/commitment", map[string]string{"value": drawValue(role)}, nil)
	}
	host.mustCall(http.MethodPost, x.path+"/freeze", nil, nil)
	if status := host.call(http.MethodPatch, x.path, map[string]any{"title": "Another"}, nil); status != http.StatusConflict {
		x.t.Errorf("an edit after freezing is answered with %d", status)
	}
	x.logHas("frozen-refused", "frozen")
	for role, c := range x.deciding {
		c.mustCall(http.MethodPost, x.path+"/draw/value", map[string]string{"value": drawValue(role)}, nil)
	}
	_, file := x.s.visitor().do(x.s.visitor().request(http.MethodGet, x.path+"/draw?as=file", nil))
	var public struct {
		Seed  string
		Order []string
	}
	if err := json.Unmarshal(file, &public); err != nil || public.Seed == "" {
		x.t.Fatalf("no draw: %v in %.300s", err, file)
	}
	path := filepath.Join(x.t.TempDir(), "draw.json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		x.t.Fatal(err)
	}
	program, err := workshop.program()
	if err != nil {
		x.t.Fatal(err)
	}
	said, err := exec.Command(program, append([]string{"replay-draw", path}, x.codes...)...).CombinedOutput()
	if err != nil || strings.Count(string(said), "is row") != len(x.codes) {
		x.t.Errorf("replaying: %v, %s", err, said)
	}
	if anyOf(string(file), append([]string{`"yes"`, "offered"}, x.canaries...)) != "" {
		x.t.Error("the public file tells of persons")
	}
}

// takePlaces says yes for everybody with a place; the first comes in with scripts off.
func (x *season) takePlaces(places int) (inside int) {
	x.t.Helper()
	first := ""
	offered := 0
	for _, code := range x.codes {
		var own struct {
			State   string
			Reasons []string
		}
		visitor := x.s.visitorFrom("127.0.2.1")
		eventually(x.t, patience, "an answer for "+code, func() bool {
			visitor.mustCall(http.MethodGet, "/applications/"+code, nil, &own)
			return own.State != "sent"
		})
		if len(own.Reasons) < 2 {
			x.t.Errorf("an applicant has %d reasons", len(own.Reasons))
		}
		if own.State != "offered" {
			continue
		}
		offered++
		if first == "" {
			first = code
			x.comeIn(code)
			continue
		}
		visitor.mustCall(http.MethodPost, "/applications/"+code+"/place", map[string]bool{"yes": true}, nil)
		visitor.mustCall(http.MethodPost, "/applications/"+code+"/account", nil, nil)
	}
	if offered != places {
		x.t.Errorf("%d places were offered, not %d", offered, places)
	}
	var cohort struct {
		People       []struct{ Name string }
		Profiles     []thing
		Conversation string
	}
	x.deciding["host"].mustCall(http.MethodGet, x.path+"/cohort", nil, &cohort)
	if len(cohort.People) != places || len(cohort.Profiles) != places || cohort.Conversation == "" {
		x.t.Errorf("the cohort: %d people, %d with an account, conversation %q", len(cohort.People), len(cohort.Profiles), cohort.Conversation)
	}
	return len(cohort.Profiles)
}

var codeShape = regexp.MustCompile(`^[0-9A-Za-z-]{12,}$`)

// comeIn says yes and comes in by the code, without scripts, and finds the group.
func (x *season) comeIn(code string) {
	x.t.Helper()
	if !codeShape.MatchString(code) {
		x.t.Fatalf("the code %q can't be copied by hand", code)
	}
	applicant := x.s.browse("placed", tabOptions{noScripts: true, width: 360})
	applicant.open("/applications/" + code)
	applicant.shows("Your evenings are the ones that we lack")
	applicant.press(`main form[action$="/place"] .button-main`)
	applicant.shows("You have a place")
	applicant.press(`main form[action$="/account"] button`)
	applicant.until("the group", `location.pathname.endsWith("/cohort")`)
	applicant.press(`main a[href^="/conversations/cohort-"]`)
	applicant.until("its conversation", `location.pathname.startsWith("/conversations/")`)
}

// reportIsRight waits for the figures, which the program makes on its own.
func (x *season) reportIsRight(all int) {
	x.t.Helper()
	var draw struct {
		Report []struct {
			Stage string
			All   int
		}
	}
	eventually(x.t, 3*time.Minute, "the report", func() bool {
		x.s.visitor().mustCall(http.MethodGet, x.path+"/draw", nil, &draw)
		return len(draw.Report) == 4
	})
	if r := draw.Report; r[0].All != all || r[3].All != 12 {
		x.t.Errorf("the report: %+v", r)
	}
	for _, stage := range draw.Report {
		if stage.All >= 0 && stage.All < 10 {
			x.t.Errorf("fewer than ten are told as a number: %+v", stage)
		}
	}
}
