package community

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/cases"
)

const (
	searchedMax  = 20_000 // messages that one search looks at, newest talk first: about a quarter of a second
	searchedEach = 2_000  // of one conversation, so that a long one doesn't hide the others
	glancedMax   = 2_000  // messages that the one search box looks at while somebody types: some 25 ms
	foundMax     = 50     // messages found: who doesn't see theirs among them adds a word
)

// FoundMessages are what a search in the viewer's conversations found.
type FoundMessages struct {
	Messages []*Message
	Talks    map[ConversationID]Talk
	Partly   bool // not everything was looked at
}

// SearchTalks finds messages that hold all the words, in the viewer's own conversations and nowhere else: they are read
// as the viewer would read them, so no index knows what people say to each other.
func (n *Network) SearchTalks(ctx context.Context, v Viewer, text string) (FoundMessages, error) {
	return n.searchTalks(ctx, v, text, searchedMax)
}

// GlanceTalks is SearchTalks among the newest messages alone.
func (n *Network) GlanceTalks(ctx context.Context, v Viewer, text string) (FoundMessages, error) {
	return n.searchTalks(ctx, v, text, glancedMax)
}

func (n *Network) searchTalks(ctx context.Context, v Viewer, text string, left int) (FoundMessages, error) {
	found := FoundMessages{Talks: map[ConversationID]Talk{}}
	words := strings.Fields(cases.Fold().String(Line(text)))
	if !v.Known() {
		return found, Unauthenticated()
	}
	if len(words) == 0 {
		return found, nil
	}
	for page := (Page{Limit: PageMax}); ; {
		talks, next, err := n.Talks(ctx, v, page)
		if err != nil {
			return found, err
		}
		for _, t := range talks {
			looked, err := n.searchTalk(ctx, v, t, words, min(left, searchedEach), &found)
			if err != nil {
				return found, err
			}
			if left -= looked; left <= 0 || len(found.Messages) >= foundMax {
				found.Partly = true
				return found, nil
			}
		}
		if page.After = next; next == "" {
			return found, nil
		}
	}
}

// searchTalk looks through the newest messages of one conversation and says how many it looked at.
func (n *Network) searchTalk(ctx context.Context, v Viewer, t Talk, words []string, most int, found *FoundMessages) (looked int, err error) {
	fold := cases.Fold()
	for seq := int64(0); looked < most; {
		entries, err := n.Messages.Before(ctx, t.Conversation.ID, seq, PageMax)
		if err != nil {
			return looked, err
		}
		for _, m := range entries {
			seq = m.Seq
			body := fold.String(m.Body)
			lacks := func(word string) bool { return !strings.Contains(body, word) }
			if !m.Said() || !t.Conversation.shows(v, m) || slices.ContainsFunc(words, lacks) {
				continue
			}
			if found.Messages = append(found.Messages, m); len(found.Messages) >= foundMax {
				found.Talks[t.Conversation.ID] = t
				return looked, nil
			}
			found.Talks[t.Conversation.ID] = t
		}
		if looked += len(entries); len(entries) < PageMax {
			return looked, nil
		}
	}
	found.Partly = true
	return looked, nil
}
