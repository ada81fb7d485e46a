package journeys

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	rushPeople = 200
	rushPlaces = 20
)

func TestJoinRush(t *testing.T) {
	t.Parallel()
	r := newRush(t)
	for range 2 {
		if overbooked, faults := r.round(); overbooked > 0 || len(faults) > 0 {
			t.Errorf("%d too many; %s", overbooked, strings.Join(faults, "; "))
		}
	}
}

func TestProveEventRush(t *testing.T) {
	needsProving(t)
	r := newRush(t)
	const rounds = 200
	overbookedEvents, disordered := 0, 0
	for i := range rounds {
		overbooked, faults := r.round()
		if overbooked > 0 {
			overbookedEvents++
		}
		if len(faults) > 0 {
			disordered++
			t.Errorf("round %d: %s", i+1, strings.Join(faults, "; "))
		}
	}
	fmt.Printf("figure rush-rounds %d rounds bar %d\n", rounds, rounds)
	fmt.Printf("figure rush-overbooked %d events bar 0\n", overbookedEvents)
	fmt.Printf("figure rush-faulty %d events bar 0\n", disordered)
	if overbookedEvents > 0 {
		t.Errorf("%d events have more people than places", overbookedEvents)
	}
}

// rush is a host who announces events, and many people who want to come to each.
type rush struct {
	t      testing.TB
	host   *client
	people []*client
	held   int // rounds so far
}

func newRush(t testing.TB) *rush {
	s := start(t, "demo", "--members", "100")
	return &rush{t: t, host: s.as("host"), people: s.signUpMany(rushPeople)}
}

// eventJSON is what the test reads of an event.
type eventJSON struct {
	ID         string `json:"id"`
	Going      int    `json:"going"`
	Waiting    int    `json:"waiting"`
	Attendance string `json:"attendance"`
	Position   int    `json:"position"`
}

// attempt is one person's try to join.
type attempt struct {
	person       int
	asked, heard time.Time
	status       int
	answer       eventJSON
}

// round announces an event, lets everybody join at once, and says what was wrong with the outcome.
func (r *rush) round() (overbooked int, faults []string) {
	r.t.Helper()
	event := r.announce()
	attempts := r.everybodyJoins(event)
	var now eventJSON
	r.host.mustCall(http.MethodGet, "/events/"+event, nil, &now)
	if now.Going != rushPlaces || now.Waiting != rushPeople-rushPlaces {
		faults = append(faults, fmt.Sprintf("%d go and %d wait", now.Going, now.Waiting))
	}
	return max(0, now.Going-rushPlaces), append(faults, r.order(event, attempts)...)
}

func (r *rush) announce() (event string) {
	r.t.Helper()
	r.held++
	form := r.host.get("/events/new").form("/events")
	form.set("title", fmt.Sprintf("Rush %d", r.held)).set("date", time.Now().AddDate(0, 0, 5).Format(time.DateOnly)).
		set("from", "18:00").set("to", "20:00").set("place", "The long table").set("capacity", fmt.Sprint(rushPlaces))
	return strings.TrimPrefix(form.send().must().address.Path, "/events/")
}

// everybodyJoins lets all press the button at the same moment.
func (r *rush) everybodyJoins(event string) []attempt {
	attempts := make([]attempt, len(r.people))
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i, person := range r.people {
		all.Go(func() {
			a := attempt{person: i}
			<-begin
			a.asked = time.Now()
			a.status = person.call(http.MethodPost, "/events/"+event+"/attendance", struct{}{}, &a.answer)
			a.heard = time.Now()
			attempts[i] = a
		})
	}
	close(begin)
	all.Wait()
	return attempts
}

// order checks that everybody was told the truth, that the line is the one that the host sees, and that nobody who
// asked after another had already been answered stands before them.
func (r *rush) order(event string, attempts []attempt) (faults []string) {
	var sheet struct {
		Going, Waiting []struct{ ID string }
	}
	r.host.mustCall(http.MethodGet, "/events/"+event+"/attendance", nil, &sheet)
	positions := map[int]bool{}
	going := 0
	for _, a := range attempts {
		switch {
		case a.status >= 300:
			faults = append(faults, fmt.Sprintf("person %d was answered %d", a.person, a.status))
		case a.answer.Attendance == "going":
			going++
		case positions[a.answer.Position] || a.answer.Position < 1 || a.answer.Position > rushPeople-rushPlaces:
			faults = append(faults, fmt.Sprintf("person %d was told the position %d", a.person, a.answer.Position))
		default:
			positions[a.answer.Position] = true
		}
	}
	if going != rushPlaces || len(sheet.Going) != rushPlaces || len(sheet.Waiting) != rushPeople-rushPlaces {
		faults = append(faults, fmt.Sprintf("%d were told that they go; the host sees %d and %d", going, len(sheet.Going), len(sheet.Waiting)))
	}
	return append(faults, overtaken(attempts)...)
}

// overtaken finds people who were answered before others asked, and yet stand behind them.
func overtaken(attempts []attempt) (faults []string) {
	inLine := slices.SortedFunc(slices.Values(attempts), func(a, b attempt) int { return cmp.Compare(a.answer.Position, b.answer.Position) })
	latestAsked := inLine[0]
	for _, a := range inLine {
		if a.answer.Position > 0 && latestAsked.asked.After(a.heard) {
			faults = append(faults, fmt.Sprintf("person %d asked after person %d was answered, and stands before them", latestAsked.person, a.person))
		}
		if a.asked.After(latestAsked.asked) && a.answer.Position > 0 {
			latestAsked = a
		}
	}
	return faults
}

// signUpMany makes people of their own, each from an address of their own as from different homes, by the links of the
// demo's mailbox.
func (s *server) signUpMany(n int) []*client {
	s.t.Helper()
	needsLoopbacks(s.t)
	people := make([]*client, n)
	for i := range people {
		people[i] = s.visitorFrom(fmt.Sprintf("127.7.%d.%d", i/200, 1+i%200))
	}
	const atOnce = 40 // letters at a time: far fewer than the mailbox keeps
	for first := 0; first < n; first += atOnce {
		s.signUpSome(first, people[first:min(first+atOnce, n)])
	}
	return people
}

func (s *server) signUpSome(first int, people []*client) {
	s.t.Helper()
	for i, person := range people {
		person.mustCall(http.MethodPost, "/sign-up", map[string]string{"email": rushEmail(first + i), "password": ""}, nil)
	}
	var links map[string]string
	eventually(s.t, patience, "every letter is in the mailbox", func() bool {
		links = s.linksInMailbox()
		return !slices.ContainsFunc(people, func(c *client) bool { return links[rushEmail(first+slices.Index(people, c))] == "" })
	})
	for i, person := range people {
		person.mustCall(http.MethodPost, links[rushEmail(first+i)], struct{}{}, nil)
		person.mustCall(http.MethodPost, "/arrival", map[string]string{"name": fmt.Sprintf("Person %d", first+i)}, nil)
	}
}

func rushEmail(i int) string { return fmt.Sprintf("person%d@example.org", i) }

// linksInMailbox reads the newest sign-in link of each address.
func (s *server) linksInMailbox() map[string]string {
	s.t.Helper()
	links := map[string]string{}
	for letter := range matching(s.visitor().get("/mailbox").must().doc, "article.card") {
		to := ""
		for span := range matching(letter, "span") {
			to = cmp.Or(to, textOf(span)) // the address is the first
		}
		for a := range matching(letter, "a") {
			if href := attr(a, "href"); strings.Contains(href, "/sign-in-link/") && links[to] == "" {
				links[to] = href
			}
		}
	}
	return links
}

// needsLoopbacks leaves a test out where all people would share one throttle.
func needsLoopbacks(t testing.TB) {
	t.Helper()
	if !manyLoopbacks(t) {
		t.Skip("this machine has one loopback address only, so all people would share one throttle")
	}
}

// manyLoopbacks says whether all of 127.0.0.0/8 is this machine, as on Linux, or 127.0.0.1 only, as on macOS.
func manyLoopbacks(t testing.TB) bool {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.7.0.1:0")
	if err != nil {
		return false
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return true
}
