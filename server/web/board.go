package web

import (
	"slices"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/board"
	"longtable/server/community"
)

// postingData is an ask or an offer for programs.
type postingData struct {
	ID         community.PostingID   `json:"id"`
	Kind       community.PostingKind `json:"kind"`
	Hub        community.HubID       `json:"hub"`
	HubName    string                `json:"hubName"`
	Author     community.MemberID    `json:"author"`
	AuthorName string                `json:"authorName,omitempty"` // missing when the author has left
	Title      string                `json:"title"`
	Text       string                `json:"text"`
	Skills     []community.SkillID   `json:"skills"`
	Closed     bool                  `json:"closed"`
	PostedAt   time.Time             `json:"postedAt"`
	Helpers    []community.Match     `json:"helpers,omitempty"` // who could answer, for the author of an ask
}

// answerBody answers a posting. The nonce makes an answer that is sent twice one message.
type answerBody struct {
	Words string `json:"words"`
	Nonce string `json:"nonce"`
}

const postingsOnPage = 20 // a page of the board: some three screens of a phone

func showBoard(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	hub, kind := hubs.asked(q), q.askedKind()
	found, next, err := q.Network.BoardOf(q.Context(), q.Viewer, hub, kind, q.Page(postingsOnPage))
	if err != nil {
		return Answer{}, err
	}
	authors, err := q.authors(found...)
	if err != nil {
		return Answer{}, err
	}
	view := board.ListView{Kind: string(kind), Hub: string(hub), Kinds: q.postingKinds(q.Say("board.all-kinds")),
		Hubs: hubs.options(q.Say("board.all-hubs")), More: q.Next(next)}
	var items []postingData
	for _, p := range found {
		items = append(items, postingDataOf(p, hubs, authors))
		view.Cards = append(view.Cards, q.postingCard(p, hubs, authors))
	}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("board.title"), Section: "board", Content: board.List(view)}}, nil
}

// askedKind is the kind that the query asks for; empty when it asks for none of ours.
func (q *Request) askedKind() community.PostingKind {
	if kind := community.PostingKind(q.Ask("kind")); slices.Contains(community.PostingKinds, kind) {
		return kind
	}
	return ""
}

// postingKinds are the kinds to choose from, behind a choice for all of them unless that is empty.
func (q *Request) postingKinds(all string) []components.Option {
	var options []components.Option
	if all != "" {
		options = append(options, components.Option{Label: all})
	}
	for _, kind := range community.PostingKinds {
		options = append(options, components.Option{Value: string(kind), Label: q.Say("words.kind-" + string(kind))})
	}
	return options
}

// authors are the names of those who wrote the postings, as far as the viewer can see them.
func (q *Request) authors(postings ...*community.Posting) (map[community.MemberID]string, error) {
	ids := make([]community.MemberID, len(postings))
	for i, p := range postings {
		ids[i] = p.Author
	}
	return q.names(q.Context(), ids)
}

func postingDataOf(p *community.Posting, hubs hubNames, authors map[community.MemberID]string) postingData {
	return postingData{ID: p.ID, Kind: p.Kind, Hub: p.Hub, HubName: hubs.name(p.Hub), Author: p.Author, AuthorName: authors[p.Author],
		Title: p.Title, Text: p.Text, Skills: append([]community.SkillID{}, p.Skills...), Closed: p.Closed, PostedAt: p.PostedAt.Time()}
}

func (q *Request) postingCard(p *community.Posting, hubs hubNames, authors map[community.MemberID]string) board.Card {
	card := components.Card{ID: string(p.ID), Address: "/board/" + string(p.ID), Title: p.Title,
		Kicker: q.Say("words.kind-" + string(p.Kind)), Text: opening(p.Text), Tags: q.skillTags(p.Skills)}
	if hub := hubs.name(p.Hub); hub != "" {
		card.Meta = []string{hub}
	}
	return board.Card{Card: card, Author: authorOf(p, authors), PostedAt: p.PostedAt.In(hubs.zone(p.Hub))}
}

func authorOf(p *community.Posting, authors map[community.MemberID]string) board.Author {
	return board.Author{Name: authors[p.Author], Address: "/people/" + string(p.Author)}
}

const openingMax = 240 // characters of a text on a card: three lines

// opening is the beginning of a longer text on a card.
func opening(text string) string { return begun(text, openingMax) }

// begun is the beginning of a longer text, cut between two words where it has any.
func begun(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	cut := string(letters[:most])
	if space := strings.LastIndexAny(cut, " \n"); space > len(cut)/2 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " \n.,;:،؛") + "…"
}

// skillTags lead from skills to the people who hold them.
func (q *Request) skillTags(ids []community.SkillID) []components.Tag {
	var tags []components.Tag
	for i, name := range q.skillNames(ids) {
		tags = append(tags, components.Tag{Label: name, Address: "/people?skill=" + string(ids[i])})
	}
	return tags
}

func showPosting(q *Request) (Answer, error) {
	p, err := q.posting()
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	authors, err := q.authors(p)
	if err != nil {
		return Answer{}, err
	}
	form := q.Form(nil)
	view := board.ShowView{ID: string(p.ID), Kind: string(p.Kind), Title: p.Title, Text: p.Text, Skills: q.skillTags(p.Skills),
		Hub: components.Tag{Label: hubs.name(p.Hub), Address: "/hubs/" + string(p.Hub)}, Author: authorOf(p, authors),
		PostedAt: p.PostedAt.In(hubs.zone(p.Hub)), Closed: p.Closed, Problem: form.General,
		MayEdit: q.Viewer.ID == p.Author, MayClose: !p.Closed && (q.Viewer.ID == p.Author || q.Viewer.Hosts(p.Hub))}
	if !p.Closed && q.Viewer.ID != p.Author && view.Author.Name != "" {
		view.Answer = &board.Answer{Form: form, Nonce: nonceOf(form), WordsMax: community.WordsMax}
	}
	data := postingDataOf(p, hubs, authors)
	if view.MayEdit {
		if data.Helpers, err = q.Network.HelpersFor(q.Context(), q.Viewer, p.ID); err != nil {
			return Answer{}, err
		}
		view.Helpers = q.helperCards(data.Helpers, hubs)
	}
	return Answer{Data: data, View: View{Title: p.Title, Section: "board", Content: board.Show(view),
		Modules: []string{"form"}}}, nil
}

func (q *Request) posting() (*community.Posting, error) {
	id, err := Param[community.PostingID](q, "id")
	if err != nil {
		return nil, err
	}
	return q.Network.Posting(q.Context(), q.Viewer, id)
}

// nonceOf keeps the nonce of a form that comes back, since its message may be stored already; a new form gets a new one.
func nonceOf(form components.Typed) string {
	if nonce := form.Value("nonce"); nonce != "" && form.Errors["nonce"] == "" {
		return nonce
	}
	return community.NewID[string]()
}

func newPosting(q *Request) (Answer, error) {
	kind := q.askedKind()
	if kind == "" {
		kind = community.Ask
	}
	return q.postingForm("", community.PostingDraft{Kind: kind})
}

func editPosting(q *Request) (Answer, error) {
	p, err := q.posting()
	if err != nil {
		return Answer{}, err
	}
	if p.Author != q.Viewer.ID {
		return Answer{}, community.Forbidden("board.only-the-author")
	}
	return q.postingForm(p.ID, community.PostingDraftOf(p))
}

// postingForm shows a draft, or what was typed when it comes back; id is empty for a new posting.
func (q *Request) postingForm(id community.PostingID, draft community.PostingDraft) (Answer, error) {
	form, title := q.Form(draft), "board.write"
	if id != "" {
		title = "board.edit-title"
	}
	skills, err := q.skillPicker(form, components.SkillPicker{Name: "skills", Legend: q.Say("board.skills"),
		Hint: q.Say("board.skills-hint", "max", community.NeedsMax), Max: community.NeedsMax})
	if err != nil {
		return Answer{}, err
	}
	view := board.FormView{ID: string(id), NoHub: id == "" && q.Viewer.Hub == "", Form: form, Kinds: q.postingKinds(""), Skills: skills,
		TitleMax: community.TitleMax, TextMax: community.TextMax}
	return Answer{View: View{Title: q.Say(title), Section: "board", Content: board.Form(view), Modules: []string{"form", "skills"}}}, nil
}

func postOnBoard(q *Request) (Answer, error) {
	draft, err := q.postingDraft()
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.Post(q.Context(), q.Viewer, draft)
	return q.posted(p, "board.said-posted", err)
}

func changePosting(q *Request) (Answer, error) {
	id, err := Param[community.PostingID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := q.postingDraft()
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.EditPosting(q.Context(), q.Viewer, id, draft)
	return q.posted(p, "board.said-changed", err)
}

// postingDraft reads a draft whose skills may be named rather than given by id.
func (q *Request) postingDraft() (community.PostingDraft, error) {
	draft, err := Decode[community.PostingDraft](q)
	draft.Skills = q.skillIDs(draft.Skills)
	return draft, err
}

// posted answers a change of a posting.
func (q *Request) posted(p *community.Posting, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	data := postingDataOf(p, hubs, map[community.MemberID]string{q.Viewer.ID: q.Viewer.Name})
	return Answer{Data: data, Location: "/board/" + string(p.ID), Said: said}, nil
}

func closePosting(q *Request) (Answer, error) {
	id, err := Param[community.PostingID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if _, err = q.Network.ClosePosting(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/board", "board.said-closed"), nil
}

func answerPosting(q *Request) (Answer, error) {
	id, err := Param[community.PostingID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[answerBody](q)
	if err != nil {
		return Answer{}, err
	}
	message, err := q.Network.AnswerPosting(q.Context(), q.Viewer, id, body.Nonce, body.Words)
	if err != nil {
		return Answer{}, err
	}
	data := messagesData([]*community.Message{message}, map[community.MemberID]string{q.Viewer.ID: q.Viewer.Name})
	return Answer{Data: data[0], Location: "/conversations/" + string(message.Conversation), Said: "board.said-answered"}, nil
}
