package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"longtable/server/community"
)

// backlog is unfinished work in memory; what is tried again is noted, and stays. Safe for concurrent use.
type backlog struct {
	mu    sync.Mutex
	stuck []Stuck
	tried []string
}

func (b *backlog) Stuck(context.Context) ([]Stuck, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.stuck), nil
}

func (b *backlog) TryAgain(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.ContainsFunc(b.stuck, func(s Stuck) bool { return s.ID == id }) {
		return community.NotFound("nothing stuck is called %s", id)
	}
	b.tried = append(b.tried, id)
	return nil
}

func (b *backlog) leave(s Stuck) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stuck = append(b.stuck, s)
}

func (b *backlog) triedAgain() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.tried)
}

func TestAStewardSeesUnfinishedWorkAndTriesItAgain(t *testing.T) {
	r := openRoom(t)
	if desk := r.page(r.Farid, "/desk", nil); desk.status != http.StatusOK || desk.says("/unfinished") {
		t.Errorf("the desk answers %d, or mentions work where none is left", desk.status)
	}
	if page := r.page(r.Farid, "/unfinished", nil); page.status != http.StatusOK || !page.says("Nothing is left undone") {
		t.Errorf("without any it answers %d", page.status)
	}
	r.work.leave(Stuck{ID: "w1", Kind: "notice", Since: community.At(r.Clock.Now()), Tries: 8, Reason: "mail a notice: the server answered 550"})
	if desk := r.page(r.Farid, "/desk", nil); !desk.says(`<a href="/unfinished">1 piece of work keeps failing</a>`) {
		t.Error("the desk of a steward does not mention it")
	}
	page := r.page(r.Farid, "/unfinished", nil)
	for _, want := range []string{"Somebody is to get a notice or a letter", "Failing since Monday 1 March 2027", "Tried 8 times", "the server answered 550", "/unfinished/w1/again"} {
		if !page.says(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := r.page(r.Farid, "/unfinished/w1/again", url.Values{}); got.status != http.StatusSeeOther || got.header.Get("Location") != "/unfinished" {
		t.Errorf("trying again gives %d", got.status)
	}
	if got := r.page(r.Farid, "/unfinished/w2/again", url.Values{}); got.status != http.StatusNotFound {
		t.Errorf("what is not there is tried again with %d", got.status)
	}
	if tried := r.work.triedAgain(); !slices.Equal(tried, []string{"w1"}) {
		t.Errorf("tried again: %v", tried)
	}
}

func TestUnfinishedWorkIsNotThereForOthers(t *testing.T) {
	r := openRoom(t)
	r.work.leave(Stuck{ID: "w1", Kind: "between", Since: community.At(r.Clock.Now()), Tries: 8, Reason: "took too long"})
	for _, v := range []community.Viewer{r.Amara, r.Dana, r.Noor} {
		for path, form := range map[string]url.Values{"/unfinished": nil, "/unfinished/w1/again": {}} {
			if got := r.page(v, path, form); got.status != http.StatusNotFound || got.says("took too long") {
				t.Errorf("%s gets %s with %d", v.Name, path, got.status)
			}
		}
	}
	if desk := r.page(r.Dana, "/desk", nil); desk.status != http.StatusOK || desk.says("/unfinished") {
		t.Errorf("a host's desk answers %d, or mentions it", desk.status)
	}
	if tried := r.work.triedAgain(); len(tried) != 0 {
		t.Errorf("tried again: %v", tried)
	}
}
