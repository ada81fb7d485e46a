package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"longtable/server/auth"
	"longtable/server/community"
)

// exportedAs says of every collection in which part of the export it is found, or why it is not.
var exportedAs = map[string]string{
	"Members": "profile", "SkillList": "skills", "JoinRequests": "joinRequests", "Enterprises": "enterprises", "Postings": "postings",
	"Introductions": "introductions", "Connections": "connections", "Conversations": "conversations", "Seats": "conversations", "Messages": "messages", "Earlier": "earlierWords", "Files": "files", "Pieces": "files",
	"Events": "events", "Programmes": "programmes", "Applications": "applications", "Notices": "notices", "Blocks": "blocks", "Reports": "reports",
	"PlanSeats": "seats", "Dues": "seats", "Ledger": "seats", "Donations": "gifts", "Proposals": "proposals", "Votes": "votes", "Remarks": "remarks",
	"Showings": "showings", "Reviews": "reviews", "SavedSearches": "savedSearches", "Brokerings": "brokered", "FirstAnswers": "firstAnswers", "Assistances": "assistance", "Companions": "companions", "Acts": "inYourName",
	"Declarations": "declaration", "DeclarationUses": "declarationUses", "Refusals": "refusals",
	"Accounts": "account", "Sessions": "account", "Tokens": "account",

	"Weights": "because a version of the weights holds counts of fifty people and more, and nothing of anybody",
	"Studies": "because it says until when was learnt, and nothing of anybody",

	"Plans":    "because they are a hub's, and name nobody",
	"Pools":    "because it is a hub's; what it holds of somebody is their terms and their place in line, which their page shows",
	"Closings": "because a month of a pool's books names nobody",

	"Releases": "because they are figures of ten people and more, and everybody can read them", "ReleasePlans": "because they name hubs",
	"ReleaseRules": "because it is the network's", "ReleaseRuns": "because it says when figures were made, and nothing of anybody", "LocalShares": "because they are figures of a place",
	"RootMarks":     "because it names a key of the network and nothing of anybody",
	"Selections":    "because a draw is everybody's, and one's own row is read by the code of one's application",
	"ProgrammeLogs": "because they name nobody, and everybody can read them",
	"Hubs":          "because a hub is everybody's; of whom one is a host stands in the profile",
	"Charters":      "because it is the network's; that one is a steward stands in the profile",
	"OpenRoles":     "because they are an enterprise's and name nobody",
	"Erasures":      "because whoever has one can't ask any more",
	"Agreements":    "because they are a hub's or the network's, and everybody can read them",
	"Rounds":        "because it is the network's",
	"Impacts":       "because the page of how one is shown tells them, as roundly as others' lists can bear",
	"Recoveries":    "because every step of one stands among what was done in one's name",
	"Cards":         "because a code on paper is kept as its digest, and says nothing of anybody",
	"Digests":       "because it says when a letter is due; when one wants them stands in the profile",
	"Links":         "because they hold an address that the account holds too, and are gone within minutes",
	"Passwords":     "", "Throttle": "", "Letters": "", "Clock": "", "Ended": "", "Withdrawn": "", "Demo": "", // nothing that is kept
}

func TestEveryCollectionIsExportedOrHasAReason(t *testing.T) {
	parts := map[string]bool{}
	for _, p := range exportParts {
		parts[p.name] = true
	}
	seen := 0
	for _, of := range []reflect.Type{reflect.TypeFor[community.Stores](), reflect.TypeFor[auth.House]()} {
		for i := range of.NumField() {
			seen++
			name := of.Field(i).Name
			as, listed := exportedAs[name]
			if !listed {
				t.Errorf("%s.%s is neither exported nor has it a reason: say in exportedAs which", of.Name(), name)
			}
			if as != "" && !parts[as] && !strings.HasPrefix(as, "because ") {
				t.Errorf("%s is to be found in the part %q, which there is not", name, as)
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d collections were read", seen)
	}
	if data := reflect.TypeFor[exportData](); data.NumField() != len(exportParts)+3 {
		t.Errorf("exportData has %d fields for %d parts", data.NumField(), len(exportParts))
	}
}

// ownLife is one thing of each kind for Amara, each with a word of its own.
func ownLife(s *staffed) []string {
	ctx := s.t.Context()
	s.furnish()
	_, err := s.WriteProfile(ctx, s.Amara, community.ProfileDraft{Name: "Amara Okafor", Pronouns: "pronounword", Headline: "headlineword", About: "aboutword",
		Offers: []community.SkillID{s.Carpentry}, Needs: []community.SkillID{s.Bookkeeping}, Languages: []string{"en"}, RoomInWeek: 5})
	must(s.t, err)
	_, err = s.FoundEnterprise(ctx, s.Amara, community.EnterpriseDraft{Name: "enterpriseword"})
	must(s.t, err)
	posting, err := s.Post(ctx, s.Amara, community.PostingDraft{Kind: community.Ask, Title: "postingword"})
	must(s.t, err)
	_, err = s.ClosePosting(ctx, s.Amara, posting.ID)
	must(s.t, err)
	_, err = s.AskIntroduction(ctx, s.Amara, s.Esra.ID, "askingword")
	must(s.t, err)
	talk := community.PairID[community.ConversationID](s.Amara.ID, s.Chen.ID)
	for range 3 { // more than one page would show
		for i := range community.PageMax / 2 {
			_, err = s.Say(ctx, s.See(s.t, s.Amara.ID), talk, community.NewID[string](), "filling "+number(i))
			must(s.t, err)
		}
	}
	_, err = s.Say(ctx, s.See(s.t, s.Amara.ID), talk, "last", "messageword")
	must(s.t, err)
	hosted := s.See(s.t, s.Dana.ID)
	event := eventSample(s.Harbour)
	event.Title = "eventword"
	e, err := s.PostEvent(ctx, hosted, event)
	must(s.t, err)
	_, err = s.JoinEvent(ctx, s.Amara, e.ID)
	must(s.t, err)
	programme := s.Publish(s.t, hosted, programmeSample(s.Harbour))
	_, _, err = s.Apply(ctx, s.Amara, programme.ID, community.ApplicationDraft{Name: "Amara", Reach: "reachword", Answers: map[string]string{"q1": "answerword"}})
	must(s.t, err)
	_, err = s.AskToJoin(ctx, s.Amara, s.Mill, "joinword")
	must(s.t, err)
	must(s.t, s.Network.Block(ctx, s.Amara, s.Noor.ID))
	_, err = s.Report(ctx, s.Amara, community.ReportDraft{About: community.ReportPerson, Subject: string(s.Esra.ID), Words: "reportword"})
	must(s.t, err)
	_, err = s.ProposeSkill(ctx, s.Amara, "skillword", "en")
	must(s.t, err)
	brokered, err := s.Introduce(ctx, s.Dana, s.Amara.ID, s.Farid.ID, "hostword")
	must(s.t, err)
	_, err = s.AnswerBrokered(ctx, s.Amara, brokered.ID, true, "helloword")
	must(s.t, err)
	own, err := s.Declaring(ctx, s.Amara)
	must(s.t, err)
	must(s.t, own.Write(ctx, community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: "declaredword", Uses: community.Uses}))
	_, err = s.AppliesTo(ctx, community.MemberDeclarant(s.Amara.ID), community.UseReserved, community.PurposeOfProgramme(programme.ID), []community.Group{"rural"})
	must(s.t, err)
	s.settle()
	_, _, err = s.door.CreateToken(ctx, s.Amara.ID, "tokenword")
	must(s.t, err)
	return []string{"pronounword", "headlineword", "aboutword", "enterpriseword", "postingword", "askingword", "messageword", "eventword", "reachword",
		"answerword", "joinword", "reportword", "skillword", "tokenword", "hostword", "helloword", "declaredword", s.Noor.Name, s.Chen.Name, string(s.Amara.ID) + "@example.org"}
}

func TestAnExportHoldsEverythingInBothForms(t *testing.T) {
	s := openStaffed(t)
	session := s.signIn(s.Amara)
	words := ownLife(s)
	page := s.do(call{method: "GET", path: "/export", session: session, header: asPage})
	data := s.do(call{method: "GET", path: "/export", session: session})
	file := s.do(call{method: "GET", path: "/export?as=file", session: session, header: asPage})
	for name, got := range map[string]reply{"page": page, "data": data, "file": file} {
		for _, word := range words {
			if got.status != http.StatusOK || !strings.Contains(string(got.body), word) {
				t.Errorf("the %s (%d) lacks %q", name, got.status, word)
			}
		}
	}
	if !strings.Contains(string(page.body), "That is everything.") || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the page has no end, or the file is none: %v", file.header)
	}
	var all exportData
	must(t, json.Unmarshal(data.body, &all))
	if !all.Complete || len(all.Messages) < 3*community.PageMax/2 {
		t.Errorf("the data is complete %v, with %d messages", all.Complete, len(all.Messages))
	}
	if strings.Contains(string(data.body), session) {
		t.Error("the data holds the secret of a session")
	}
	if head := s.do(call{method: "HEAD", path: "/export", session: session}); head.status != http.StatusOK || len(head.body) != 0 {
		t.Errorf("its head alone gives %d with %d bytes", head.status, len(head.body))
	}
	packed := s.do(call{method: "GET", path: "/export", session: session, header: map[string]string{"Accept-Encoding": "gzip"}})
	unpacked, err := gzip.NewReader(strings.NewReader(string(packed.body)))
	must(t, err)
	text, err := io.ReadAll(unpacked)
	must(t, err)
	if string(text) != string(data.body) {
		t.Errorf("packed it is another one: %d bytes, not %d", len(text), len(data.body))
	}
}

func TestAnExportNamesNobodyWhoBlockedOrReportedIt(t *testing.T) {
	s := openStaffed(t)
	ctx := t.Context()
	session := s.signIn(s.Amara)
	see := func() string {
		s.settle()
		return string(s.do(call{method: "GET", path: "/export", session: session}).body)
	}
	_, err := s.Post(ctx, s.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	before := see()
	must(t, s.Network.Block(ctx, s.Esra, s.Amara.ID))
	_, err = s.Report(ctx, s.Chen, community.ReportDraft{About: community.ReportPerson, Subject: string(s.Amara.ID), Words: "Odd."})
	must(t, err)
	if after := see(); after != before {
		t.Errorf("the export tells of a block or a report: %s, not %s", after, before)
	}
}

// An answer that fails in the middle breaks off, and is not taken for the whole.
func TestAStreamThatFailsIsCut(t *testing.T) {
	s := &Site{log: slog.New(slog.DiscardHandler)}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/:end", func(c *fiber.Ctx) error {
		broken := c.Params("end") == "broken"
		return (&Request{Site: s, Lang: "en", c: c}).stream(fiber.MIMETextPlain, func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("half of it ", 1000))
			if broken {
				err = errors.Join(err, errors.New("disk on fire"))
			}
			return err
		})
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	defer func() { must(t, errors.Join(app.Shutdown(), <-served)) }()
	for end, whole := range map[string]bool{"sound": true, "broken": false} {
		answer, err := http.Get("http://" + l.Addr().String() + "/" + end)
		if err == nil {
			_, err = io.ReadAll(answer.Body)
			must(t, answer.Body.Close())
		}
		if (err == nil) != whole {
			t.Errorf("a %s stream ends with %v", end, err)
		}
	}
}
