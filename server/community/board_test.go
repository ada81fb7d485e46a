package community

import (
	"context"
	"strconv"
	"testing"
)

// shelf is a board of asks and offers in turn, read by number.
type shelf struct {
	Postings
	asks, offers int // offers hang behind all asks
}

func (s shelf) Open(_ context.Context, page Page) ([]*Posting, Cursor, error) {
	at, _ := strconv.Atoi(string(page.After))
	var found []*Posting
	for ; at < s.asks+s.offers && len(found) < page.Limit; at++ {
		kind := Ask
		if at >= s.asks {
			kind = Offer
		}
		found = append(found, &Posting{Kind: kind, Author: "amara", Title: strconv.Itoa(at)})
	}
	if at == s.asks+s.offers {
		return found, "", nil
	}
	return found, Cursor(strconv.Itoa(at)), nil
}

func TestTheBoardOfAKindIsCompleteAndWithoutTheOther(t *testing.T) {
	n := &Network{Stores: Stores{Postings: shelf{asks: 70, offers: 30}}}
	seen := map[string]bool{}
	page := Page{Limit: 7}
	for range 100 {
		found, next, err := n.BoardOf(t.Context(), Viewer{ID: "bilal"}, "", Offer, page)
		if err != nil || len(found) > page.Limit {
			t.Fatalf("%d on a page of %d: %v", len(found), page.Limit, err)
		}
		for _, p := range found {
			if p.Kind != Offer || seen[p.Title] {
				t.Errorf("%s %s is of the other kind, or came twice", p.Kind, p.Title)
			}
			seen[p.Title] = true
		}
		if page.After = next; next == "" {
			break
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d offers of 30 were found", len(seen))
	}
}

func TestTheBoardIsForPeopleOfTheNetwork(t *testing.T) {
	n := &Network{Stores: Stores{Postings: shelf{asks: 1}}}
	if _, _, err := n.BoardOf(t.Context(), Viewer{}, "", Ask, Page{Limit: 7}); KindOf(err) != KindUnauthenticated {
		t.Errorf("a stranger got %v", err)
	}
	if found, _, err := n.BoardOf(t.Context(), Viewer{ID: "bilal"}, "", Ask, Page{Limit: 7}); err != nil || len(found) != 1 {
		t.Errorf("a member got %d, %v: the stranger's test means nothing", len(found), err)
	}
}
