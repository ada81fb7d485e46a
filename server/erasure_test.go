package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"

	"longtable/server/auth"
	"longtable/server/community"
)

func TestNothingOfWhoLeftStaysInTheFiles(t *testing.T) { eraseMembers(t, 2) }

// TestProveStoreErasure fills a network with fifty people who have a canary in everything that they can write, lets them
// leave, and looks for the canaries in every byte of every file, while the program runs and after it has ended.
func TestProveStoreErasure(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	const members = 50
	canaries, unscrubbed, hits := eraseMembers(t, members)
	fmt.Printf("figure store-erasure-members %d members bar %d\n", members, members)
	fmt.Printf("figure store-erasure-canaries %d canaries bar 2000\n", canaries)
	fmt.Printf("figure store-erasure-unscrubbed %d canaries bar 1\n", unscrubbed)
	fmt.Printf("figure store-erasure-hits %d canaries bar 0\n", hits)
	if canaries < 2000 || unscrubbed < 1 || hits > 0 {
		t.Errorf("of %d canaries %d are found without the scrub and %d with it", canaries, unscrubbed, hits)
	}
}

// eraseMembers does it with some people. Unscrubbed is how many canaries the same search finds when everything is done
// but the scrub: were it none, the scrub would be for nothing, or the search blind.
func eraseMembers(t *testing.T, members int) (canaries, unscrubbed, hits int) {
	t.Helper()
	x := openNetwork(t)
	for i := range members {
		x.fill(i)
	}
	x.settle()
	if missing := x.absent(x.sown); len(missing) > 0 {
		t.Fatalf("%d of %d canaries are not in the files before, such as %q: this test would prove little", len(missing), len(x.sown), missing[0])
	}
	if found := x.inIndex(x.sown); len(found) < 10*members {
		t.Fatalf("only %d canaries are in the index before: this test would prove little", len(found))
	}
	for _, m := range x.leavers {
		x.leave(m)
	}
	x.settle()
	unscrubbed = len(x.found(x.sown))
	if unscrubbed == 0 {
		t.Error("nothing is found without the scrub: the search is blind")
	}
	if scrubbed, err := x.jobs.Scrub(t.Context(), x.network.Now()+1); err != nil || scrubbed != members {
		t.Fatalf("%d of %d are scrubbed: %v", scrubbed, members, err)
	}
	x.settle()
	left := x.found(x.sown)
	x.end()
	left = append(left, x.found(x.sown)...) // closing moves pages too
	for _, canary := range left {
		t.Errorf("%q is still in the files", canary)
	}
	if missing := x.absent(x.kept); len(missing) > 0 {
		t.Errorf("what others wrote is gone: %q", missing)
	}
	for _, canary := range x.sown {
		if strings.Contains(x.logs.String(), canary) {
			t.Errorf("%q is in the log", canary)
		}
	}
	return len(x.sown), unscrubbed, len(left)
}

// What an applicant takes away with nothing but their code leaves the files like what a member leaves behind.
func TestNothingOfAForgottenApplicationStaysInTheFiles(t *testing.T) {
	x := openNetwork(t)
	canaries := []string{"forgottenname", "forgottenreach", "forgottenanswer", "forgottenhelper"}
	code, _, err := x.network.Apply(t.Context(), community.Viewer{}, x.program, community.ApplicationDraft{Name: canaries[0], Reach: canaries[1],
		Answers: map[string]string{"q1": canaries[2]}, Helper: canaries[3], Agreed: true})
	x.must(err)
	x.settle()
	if missing := x.absent(canaries); len(missing) > 0 {
		t.Fatalf("%q is not in the files before: this test would prove little", missing)
	}
	x.must(x.network.ForgetApplication(t.Context(), community.Viewer{}, code))
	x.settle()
	if scrubbed, err := x.jobs.Scrub(t.Context(), x.network.Now()+1); err != nil || scrubbed != 1 {
		t.Fatalf("%d are scrubbed: %v", scrubbed, err)
	}
	x.settle()
	if left := x.found(canaries); len(left) > 0 {
		t.Errorf("%q is still in the files", left)
	}
	if kept, err := x.network.Erasures.All(t.Context()); err != nil || len(kept) != 0 {
		t.Errorf("the record stays: %+v, %v", kept, err)
	}
}

// fullHouse is the whole program over a folder, with two people who stay.
type fullHouse struct {
	*house
	t       *testing.T
	end     func()
	logs    *syncBuffer
	keeper  community.Viewer // steward, and host of the hub
	friend  community.Viewer // has to do with everybody who leaves
	event   community.EventID
	program community.ProgrammeID
	leavers []leaver
	sown    []string // canaries of those who leave
	kept    []string // of those who stay
}

type leaver struct {
	id      community.MemberID
	session string
}

// syncBuffer is written by the program while a test reads it.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func openNetwork(t *testing.T) *fullHouse {
	t.Helper()
	x := &fullHouse{t: t, logs: &syncBuffer{}}
	var err error
	config := Config{Addr: "127.0.0.1:0", Data: t.TempDir()}
	x.house, err = build(t.Context(), config, false, slog.New(slog.NewTextHandler(x.logs, nil)), x.logs)
	x.must(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- x.run(ctx) }()
	x.end = sync.OnceFunc(func() {
		stop()
		x.must(<-ended)
	})
	t.Cleanup(x.end)
	for !x.progress.ended.Load() {
		select {
		case <-time.After(time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the program does not start")
		}
	}
	x.settleIn()
	return x
}

func (x *fullHouse) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *fullHouse) settle() {
	x.t.Helper()
	x.must(x.relay.Settle(x.t.Context()))
}

func (x *fullHouse) see(id community.MemberID) community.Viewer {
	x.t.Helper()
	v, err := x.network.Viewer(x.t.Context(), id)
	x.must(err)
	return v
}

// settleIn founds the network and lets the two who stay prepare an event and a programme.
func (x *fullHouse) settleIn() {
	ctx := x.t.Context()
	keeper, err := x.network.Join(ctx, community.NewID[community.MemberID](), "Farid Haddad", "en")
	x.must(err)
	hub := community.HubDraft{Name: "Harbour", Form: community.Collective, City: "Tema", Country: "GH", Zone: "Africa/Accra"}
	_, err = x.network.Found(ctx, keeper.ID, community.Founding{Network: "The Table", Hub: hub})
	x.must(err)
	x.keeper = x.see(keeper.ID)
	friend, err := x.network.Join(ctx, community.NewID[community.MemberID](), "Binta Diallo", "en")
	x.must(err)
	x.friend = x.see(friend.ID)
	day := func(days int) string { return x.network.Now().Time().AddDate(0, 0, days).Format(time.DateOnly) }
	event, err := x.network.PostEvent(ctx, x.keeper, community.EventDraft{Hub: x.keeper.Hub, Title: "Bread", Date: day(20), From: "18:30", To: "21:00",
		Place: "Long room", Capacity: 1})
	x.must(err)
	programme, err := x.network.PostProgramme(ctx, x.keeper, community.ProgrammeDraft{Hub: x.keeper.Hub, Title: "Second table", Summary: "Half a year.",
		ForWhom: "Starters.", Places: 4, Closes: day(20), Starts: day(40), Questions: []string{"What would you build?"}, Reviewers: []community.MemberID{x.keeper.ID, x.friend.ID}})
	x.must(err)
	_, err = x.network.PublishProgramme(ctx, x.keeper, programme.ID)
	x.must(err)
	x.event, x.program = event.ID, programme.ID
}

// sow makes a text that is nobody else's, in three scripts, and notes its words.
func (x *fullHouse) sow(member int, field string) string {
	number := fmt.Sprintf("%04d%s", member, field)
	spell := func(letters string) string {
		alphabet := []rune(letters)
		var word []rune
		for _, b := range []byte(number) {
			word = append(word, alphabet[int(b)/len(alphabet)%len(alphabet)], alphabet[int(b)%len(alphabet)])
		}
		return string(word)
	}
	words := []string{"zqx" + number, "كناري" + spell("ابتثجحخدذرزسشصضط"), "金丝雀" + spell("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳")}
	x.sown = append(x.sown, words...)
	return strings.Join(words, " ")
}

// word is one in Latin letters, for fields that take no others.
func (x *fullHouse) word(member int, field string) string {
	word := fmt.Sprintf("zqw%04d%s", member, field)
	x.sown = append(x.sown, word)
	return word
}

// stays is a text of somebody who stays.
func (x *fullHouse) stays(member int, field string) string {
	word := fmt.Sprintf("stays%04d%s", member, field)
	x.kept = append(x.kept, word)
	return word
}

// fill lets somebody do everything that members can do, with a canary in each text.
func (x *fullHouse) fill(i int) {
	x.t.Helper()
	ctx, n := x.t.Context(), x.network
	email := x.word(i, "mail") + "@example.org"
	account, err := x.door.Enrol(ctx, auth.Enrolment{Email: email, Password: "three plain words", Lang: "en"})
	x.must(err)
	entry, err := x.door.SignIn(ctx, email, "three plain words", auth.Visitor{Address: "127.0.0.1", Agent: x.word(i, "agent") + "/1"})
	x.must(err)
	_, _, err = x.door.CreateToken(ctx, account.ID, x.sow(i, "tok"))
	x.must(err)
	x.must(x.door.RequestLink(ctx, strings.ToUpper(email[:1])+email[1:], auth.Visitor{Address: fmt.Sprintf("10.0.%d.1", i)}))
	_, err = n.Join(ctx, account.ID, x.sow(i, "n"), "en")
	x.must(err)
	x.leavers = append(x.leavers, leaver{account.ID, entry.Token.Reveal()})
	me := func() community.Viewer { return x.see(account.ID) }
	asked, err := n.AskToJoin(ctx, me(), x.keeper.Hub, x.sow(i, "join"))
	x.must(err)
	_, err = n.AnswerJoin(ctx, x.keeper, asked.ID, true, "Come in.")
	x.must(err)
	skill, err := n.ProposeSkill(ctx, me(), x.word(i, "skill"), "ar")
	x.must(err)
	_, err = n.WriteProfile(ctx, me(), community.ProfileDraft{Name: x.sow(i, "name"), Pronouns: x.word(i, "pron"), Headline: x.sow(i, "head"),
		About: x.sow(i, "about"), Offers: []community.SkillID{skill.ID}, RoomInWeek: 9, Shown: map[community.Field]community.Audience{community.FieldAbout: community.MyHub}})
	x.must(err)
	x.talk(i, me)
	_, err = n.SaveSearch(ctx, me(), community.SearchDraft{Kind: community.KindAny, Text: x.sow(i, "search")})
	must(x.t, err)
	_, err = n.Post(ctx, me(), community.PostingDraft{Kind: community.Ask, Title: x.sow(i, "title"), Text: x.sow(i, "text"), Skills: []community.SkillID{skill.ID}})
	x.must(err)
	e, err := n.FoundEnterprise(ctx, me(), community.EnterpriseDraft{Name: x.sow(i, "ent"), Headline: x.sow(i, "eline"), About: x.sow(i, "eabout"),
		Website: "https://" + x.word(i, "site") + ".example"})
	x.must(err)
	_, err = n.OpenARole(ctx, me(), e.ID, community.RoleDraft{Title: x.sow(i, "role"), Text: x.sow(i, "rtext"), Form: "job", Until: x.network.Now().Time().AddDate(0, 1, 0).Format(time.DateOnly)})
	x.must(err)
	_, err = n.JoinEvent(ctx, me(), x.event)
	x.must(err)
	_, _, err = n.Apply(ctx, me(), x.program, community.ApplicationDraft{Name: x.sow(i, "appl"), Reach: x.sow(i, "reach"), Answers: map[string]string{"q1": x.sow(i, "answer")}})
	x.must(err)
	_, err = n.Report(ctx, me(), community.ReportDraft{About: community.ReportPerson, Subject: string(x.friend.ID), Words: x.sow(i, "report")})
	x.must(err)
	if i > 0 {
		before := x.leavers[i-1].id
		_, err = n.AskIntroduction(ctx, me(), before, x.sow(i, "asks"))
		x.must(err)
		x.must(n.Block(ctx, x.see(before), account.ID))
	}
}

// talk lets them meet the friend, write, and be reported.
func (x *fullHouse) talk(i int, me func() community.Viewer) {
	ctx, n := x.t.Context(), x.network
	brokered, err := n.Introduce(ctx, x.keeper, me().ID, x.friend.ID, "Tea?")
	x.must(err)
	_, err = n.AnswerBrokered(ctx, me(), brokered.ID, true, x.sow(i, "hello"))
	x.must(err)
	asked, err := n.AskIntroduction(ctx, me(), x.friend.ID, x.sow(i, "words"))
	x.must(err)
	x.settle() // leaves the friend a notice with the name
	met, err := n.AcceptIntroduction(ctx, x.friend, asked.ID)
	x.must(err)
	friend := x.see(x.friend.ID)
	for _, field := range []string{"first", "second"} {
		_, err = n.Say(ctx, me(), met.Conversation, x.word(i, "nonce"+field), x.sow(i, field))
		x.must(err)
	}
	content := fmt.Sprintf("what is in the file of %04d", i)
	x.sown = append(x.sown, base64.RawStdEncoding.EncodeToString([]byte(content))[:32]) // as the store holds it
	_, err = n.Write(ctx, me(), met.Conversation, community.MessageDraft{Nonce: x.word(i, "noncefile"),
		Files: []community.Upload{{Name: x.word(i, "file") + ".txt", Bytes: []byte(content)}}})
	x.must(err)
	_, err = n.Say(ctx, friend, met.Conversation, fmt.Sprint("reply", i), x.stays(i, "reply"))
	x.must(err)
	_, err = n.Report(ctx, friend, community.ReportDraft{About: community.ReportMessage, Subject: string(met.Conversation) + ".2", Words: x.stays(i, "complaint")})
	x.must(err)
	offer, err := n.Post(ctx, x.keeper, community.PostingDraft{Kind: community.Offer, Title: x.stays(i, "offer")})
	x.must(err)
	_, err = n.AnswerPosting(ctx, me(), offer.ID, x.word(i, "nonce"), x.sow(i, "reply"))
	x.must(err)
}

// leave goes through the front door.
func (x *fullHouse) leave(m leaver) {
	x.t.Helper()
	body := strings.NewReader(`{"sure":true,"password":"three plain words"}`)
	req, err := http.NewRequestWithContext(x.t.Context(), http.MethodDelete, x.base.String()+"/account", body)
	x.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "session", Value: m.session})
	answer, err := http.DefaultClient.Do(req)
	x.must(err)
	x.must(answer.Body.Close())
	if answer.StatusCode != http.StatusNoContent {
		x.t.Fatalf("leaving gives %s", answer.Status)
	}
}

// files hands over the content of every file of the program.
func (x *fullHouse) files(take func(content []byte)) {
	x.t.Helper()
	read := 0
	x.must(filepath.WalkDir(x.config.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		read++
		take(content)
		return err
	}))
	if read < 8 {
		x.t.Fatalf("only %d files were read: the test looks in the wrong place", read)
	}
}

// found are the canaries that are in the bytes of a file, or in an index.
func (x *fullHouse) found(canaries []string) []string {
	x.t.Helper()
	found := x.inIndex(canaries)
	x.files(func(content []byte) {
		for _, canary := range canaries {
			if bytes.Contains(content, []byte(canary)) && !slices.Contains(found, canary) {
				found = append(found, canary)
			}
		}
	})
	return found
}

func (x *fullHouse) absent(canaries []string) []string {
	x.t.Helper()
	found := x.found(canaries)
	return slices.DeleteFunc(slices.Clone(canaries), func(c string) bool { return slices.Contains(found, c) })
}

// copyIndex copies an index that the program works on. A segment that is merged away while it is copied is in another by then, so the
// copy is made anew.
func (x *fullHouse) copyIndex(folder string) (copied string) {
	x.t.Helper()
	const tries = 20 // merges come to an end within a few, as nobody writes meanwhile
	var err error
	for range tries {
		copied = filepath.Join(x.t.TempDir(), "index")
		if err = os.CopyFS(copied, os.DirFS(folder)); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	x.must(err)
	return copied
}

// inIndex are the canaries that an index knows, in its dictionaries: these keep the words of deleted documents, and hold
// them in a form in which no search through the bytes would find them. Copies are read, because the program has them open.
func (x *fullHouse) inIndex(canaries []string) (found []string) {
	x.t.Helper()
	folders, err := filepath.Glob(filepath.Join(x.config.Data, "search", "*-*"))
	x.must(err)
	var words strings.Builder
	for _, folder := range folders {
		copied := x.copyIndex(folder)
		index, err := bleve.OpenUsing(copied, map[string]any{"read_only": true})
		x.must(err)
		fields, err := index.Fields()
		x.must(err)
		for _, field := range fields {
			dict, err := index.FieldDict(field)
			x.must(err)
			for entry, err := dict.Next(); entry != nil; entry, err = dict.Next() {
				x.must(err)
				words.WriteString(entry.Term + "\n")
			}
			x.must(dict.Close())
		}
		x.must(index.Close())
	}
	known := words.String()
	for _, canary := range canaries {
		if strings.Contains(known, canary) {
			found = append(found, canary)
		}
	}
	return found
}
