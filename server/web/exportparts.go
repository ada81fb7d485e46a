package web

import (
	"context"
	"time"

	"longtable/server/auth"
	"longtable/server/community"
)

// exportParts are the parts in the order of exportData.
var exportParts = []exportPart{
	{name: "account", one: true, each: exportAccount},
	{name: "profile", one: true, each: exportProfile},
	{name: "enterprises", each: exportEnterprises},
	{name: "postings", each: exportPostings},
	{name: "introductions", each: exportIntroductions},
	{name: "brokered", each: exportBrokered},
	{name: "connections", each: exportConnections},
	{name: "conversations", each: exportTalks},
	{name: "messages", each: exportMessages},
	{name: "earlierWords", each: exportEarlierWords},
	{name: "files", each: exportFiles},
	{name: "events", each: exportEvents},
	{name: "programmes", each: exportProgrammes},
	{name: "applications", each: exportApplications},
	{name: "reviews", each: exportReviews},
	{name: "companions", each: exportCompanions},
	{name: "joinRequests", each: exportJoinRequests},
	{name: "notices", each: exportNotices},
	{name: "blocks", each: exportBlocks},
	{name: "reports", each: exportReports},
	{name: "skills", each: exportSkills},
	{name: "showings", each: exportShowings},
	{name: "seats", each: exportSeats},
	{name: "gifts", each: exportGifts},
	{name: "proposals", each: exportProposals},
	{name: "votes", each: exportVotes},
	{name: "remarks", each: exportRemarks},
	{name: "savedSearches", each: exportSavedSearches},
	{name: "firstAnswers", each: exportFirstAnswers},
	{name: "declaration", one: true, each: exportDeclaration},
	{name: "declarationUses", each: exportDeclarationUses},
	{name: "refusals", each: exportRefusals},
	{name: "assistance", each: exportAssistance},
	{name: "inYourName", each: exportActs(inYourName, true)},
	{name: "inOthersNames", each: exportActs(inOthersNames, false)},
}

// throughPages hands over every thing of a paged list.
func throughPages[T any](read func(community.Page) ([]T, community.Cursor, error), take func(T) error) error {
	page := community.Page{Limit: community.PageMax}
	for {
		found, next, err := read(page)
		if err != nil {
			return err
		}
		for _, thing := range found {
			if err := take(thing); err != nil {
				return err
			}
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}

func exportAccount(ctx context.Context, x *exporter, take func(exported) error) error {
	account, err := x.door.Account(ctx, x.viewer.ID)
	if err != nil {
		return err
	}
	data := ownAccountData{Email: account.Email, HasPassword: account.PasswordHash != "", Language: account.Lang, CreatedAt: account.CreatedAt.Time(),
		Sessions: []sessionData{}, Tokens: []ownTokenData{}}
	sessions, err := x.door.Sessions(ctx, x.viewer.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		data.Sessions = append(data.Sessions, sessionDataOf(s, x.session))
	}
	tokens, err := x.door.Tokens(ctx, x.viewer.ID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		data.Tokens = append(data.Tokens, ownTokenDataOf(t))
	}
	return take(data)
}

func ownTokenDataOf(t *auth.Token) ownTokenData {
	data := ownTokenData{ID: t.ID, Name: t.Name, CreatedAt: t.CreatedAt.Time()}
	if t.UsedAt != 0 {
		used := t.UsedAt.Time()
		data.UsedAt = &used
	}
	return data
}

func exportProfile(ctx context.Context, x *exporter, take func(exported) error) error {
	m, err := x.network.OwnProfile(ctx, x.viewer)
	if err != nil {
		return err
	}
	enterprises, err := x.network.EnterprisesWith(ctx, x.viewer, []community.EnterpriseID{m.Enterprise})
	if err != nil {
		return err
	}
	name := ""
	for _, e := range enterprises {
		name = e.Name
	}
	return take(ownProfileData{ID: m.ID, ProfileDraft: withLists(community.DraftOf(m)), Hub: m.Hub, Enterprise: m.Enterprise, EnterpriseName: name,
		HostOf: append([]community.HubID{}, m.HostOf...), Steward: m.Steward, Language: m.Language, Silenced: silencedKinds(m), Digest: m.DigestWished(), JoinedAt: m.JoinedAt.Time()})
}

func exportEnterprises(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnEnterprises(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, e := range own {
		data := ownEnterpriseData{ID: e.ID, EnterpriseDraft: community.EnterpriseDraftOf(e), Roles: []ownRoleData{}}
		for _, r := range e.People {
			if r.Member == x.viewer.ID {
				data.Roles = append(data.Roles, ownRoleDataOf(r))
			}
		}
		if err := take(data); err != nil {
			return err
		}
	}
	return nil
}

func ownRoleDataOf(r community.Role) ownRoleData {
	data := ownRoleData{Title: r.Title, Since: r.Since.Time()}
	if r.Until != 0 {
		until := r.Until.Time()
		data.Until = &until
	}
	return data
}

func exportPostings(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Posting, community.Cursor, error) {
		return x.network.OwnPostings(ctx, x.viewer, page)
	}
	return throughPages(read, func(p *community.Posting) error {
		return take(ownPostingData{ID: p.ID, Kind: p.Kind, Hub: p.Hub, Title: p.Title, Text: p.Text, Skills: append([]community.SkillID{}, p.Skills...),
			Closed: p.Closed, PostedAt: p.PostedAt.Time()})
	})
}

// exportIntroductions gives those that wait within the room of the week, as the viewer's own page does, then what they
// answered and what they asked for. Of the latter nobody can tell which were let pass.
func exportIntroductions(ctx context.Context, x *exporter, take func(exported) error) error {
	give := func(i *community.Introduction) error {
		other, byViewer := i.From, i.From == x.viewer.ID
		if byViewer {
			other = i.To
		}
		who, err := x.person(ctx, other)
		if err != nil {
			return err
		}
		data := ownIntroductionData{ID: i.ID, With: who, AskedByYou: byViewer, Words: i.Words, State: i.State, AskedAt: i.AskedAt.Time()}
		return take(data)
	}
	waiting, err := x.network.IntroductionsWaiting(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		if err := give(i); err != nil {
			return err
		}
	}
	answered := func(page community.Page) ([]*community.Introduction, community.Cursor, error) {
		return x.network.IntroductionsAnswered(ctx, x.viewer, page)
	}
	if err := throughPages(answered, give); err != nil {
		return err
	}
	sent := func(page community.Page) ([]*community.Introduction, community.Cursor, error) {
		return x.network.IntroductionsSent(ctx, x.viewer, page)
	}
	return throughPages(sent, give)
}

// person names somebody as the viewer may know them.
func (x *exporter) person(ctx context.Context, id community.MemberID) (personData, error) {
	people, err := x.network.People(ctx, x.viewer, []community.MemberID{id})
	if err != nil || len(people) == 0 {
		return personData{ID: id}, err
	}
	return personData{id, people[0].Name}, nil
}

func exportConnections(ctx context.Context, x *exporter, take func(exported) error) error {
	return x.exportPeople(x.network.Contacts(ctx, x.viewer))(take)
}

func exportBlocks(ctx context.Context, x *exporter, take func(exported) error) error {
	return x.exportPeople(x.network.Blocked(ctx, x.viewer))(take)
}

func (x *exporter) exportPeople(people []community.Profile, err error) func(func(exported) error) error {
	return func(take func(exported) error) error {
		if err != nil {
			return err
		}
		for _, p := range people {
			if err := take(ownPersonData{personData{p.ID, p.Name}}); err != nil {
				return err
			}
		}
		return nil
	}
}

// eachTalk hands over the conversations in which the viewer has or had a seat, with the names of those in them; without
// names where the viewer no longer reads them.
func (x *exporter) eachTalk(ctx context.Context, take func(community.OwnTalk, map[community.MemberID]string) error) error {
	read := func(page community.Page) ([]community.OwnTalk, community.Cursor, error) {
		return x.network.OwnTalks(ctx, x.viewer, page)
	}
	return throughPages(read, func(t community.OwnTalk) error {
		names := map[community.MemberID]string{}
		if !t.Open {
			return take(t, names)
		}
		people, err := x.network.People(ctx, x.viewer, t.Conversation.Members)
		for _, p := range people {
			names[p.ID] = p.Name
		}
		if err != nil {
			return err
		}
		return take(t, names)
	})
}

func exportTalks(ctx context.Context, x *exporter, take func(exported) error) error {
	return x.eachTalk(ctx, func(t community.OwnTalk, names map[community.MemberID]string) error {
		data := ownTalkData{ID: t.Conversation.ID, Closed: !t.Open, Members: []personData{}, OpenedAt: t.Conversation.OpenedAt.Time(), Read: t.Seat.Read}
		if t.Open {
			data.Title, data.Members, data.About = t.Conversation.Title, membersOf(t.Conversation, names), t.Conversation.Subject.Title
		}
		return take(data)
	})
}

func exportMessages(ctx context.Context, x *exporter, take func(exported) error) error {
	return x.eachTalk(ctx, func(t community.OwnTalk, names map[community.MemberID]string) error {
		if !t.Open {
			return x.exportOwnWords(ctx, t.Conversation.ID, take)
		}
		begins := membersOf(t.Conversation, names)
		for seq := int64(0); ; {
			found, err := x.network.MessagesBehind(ctx, x.viewer, t.Conversation.ID, seq, community.PageMax)
			if err != nil || len(found) == 0 {
				return err
			}
			for _, m := range messagesData(found, names) {
				if err := take(ownMessageData{messageData: m, talk: begins}); err != nil {
					return err
				}
				seq, begins = m.Seq, nil
			}
		}
	})
}

// exportOwnWords gives what one wrote where one no longer reads.
func (x *exporter) exportOwnWords(ctx context.Context, id community.ConversationID, take func(exported) error) error {
	names := map[community.MemberID]string{x.viewer.ID: x.viewer.Name}
	for seq := int64(0); ; {
		own, looked, err := x.network.OwnWords(ctx, x.viewer, id, seq, community.PageMax)
		if err != nil || looked == seq {
			return err
		}
		for _, m := range messagesData(own, names) {
			if err := take(ownMessageData{messageData: m}); err != nil {
				return err
			}
		}
		seq = looked
	}
}

// exportEarlierWords gives what the viewer's own messages said before they changed them, as long as it is kept.
func exportEarlierWords(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Earlier, community.Cursor, error) {
		return x.network.OwnEarlierWords(ctx, x.viewer, page)
	}
	return throughPages(read, func(e *community.Earlier) error {
		for _, words := range e.Words {
			if err := take(ownEarlierData{Conversation: e.Conversation, Seq: e.Seq, Body: words.Body, Until: words.Until.Time(), WipedAt: e.WipeAt.Time()}); err != nil {
				return err
			}
		}
		return nil
	})
}

func exportEvents(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnEvents(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, e := range own {
		err := take(ownEventData{ID: e.ID, EventDraft: community.EventDraftOf(e), Announced: e.Host == x.viewer.ID, Attendance: e.AttendanceOf(x.viewer.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}

func exportProgrammes(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnProgrammes(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, p := range own {
		if err := take(ownProgrammeData{ID: p.ID, ProgrammeDraft: community.ProgrammeDraftOf(p), PostedAt: p.PostedAt.Time()}); err != nil {
			return err
		}
	}
	return nil
}

func exportApplications(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Application, community.Cursor, error) {
		return x.network.ApplicationsOf(ctx, x.viewer, page)
	}
	return throughPages(read, func(a *community.Application) error {
		p, err := x.network.Programme(ctx, a.Programme)
		if err != nil {
			return err
		}
		decided, err := x.network.DecisionOf(ctx, x.viewer, a)
		if err != nil {
			return err
		}
		signedIn, err := x.network.SignedInFor(ctx, x.viewer, a)
		if err != nil {
			return err
		}
		data := ownApplicationData{Helper: a.Helper.Name, HelperHow: a.Helper.How, Row: decided.Row, Place: decided.Place, SignedIn: []time.Time{}, DeclaredUses: []usedData{}, Programme: p.ID, ProgrammeTitle: p.Title, Number: a.Number, Name: a.Name, Reach: a.Reach, Answers: []answeredQuestion{},
			Hide: orEmpty(a.Hide), State: decided.Asked.OwnState(a.State), Reason: joined(append([]string{a.Reason}, decided.Reasons...)...), SentAt: a.SentAt.Time()}
		for _, q := range p.Questions {
			data.Answers = append(data.Answers, answeredQuestion{q.Text, a.Answers[q.ID]})
		}
		for _, at := range signedIn {
			data.SignedIn = append(data.SignedIn, at.Time())
		}
		if err := x.declaredWith(ctx, a.ID, &data); err != nil {
			return err
		}
		return take(data)
	})
}

func exportJoinRequests(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnJoinRequests(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, r := range own {
		err := take(ownJoinRequestData{ID: r.ID, Hub: r.Hub, HubName: x.hubs.name(r.Hub), Words: r.Words, State: r.State, Answer: r.Answer, AskedAt: r.AskedAt.Time()})
		if err != nil {
			return err
		}
	}
	return nil
}

func exportNotices(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Notice, community.Cursor, error) {
		return x.network.OwnNotices(ctx, x.viewer, page)
	}
	return throughPages(read, func(n *community.Notice) error { return take(ownNoticeData{noticeDataIn(ctx, n)}) })
}

func exportReports(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Report, community.Cursor, error) {
		return x.network.OwnReports(ctx, x.viewer, page)
	}
	return throughPages(read, func(r *community.Report) error {
		return take(ownReportData{ID: r.ID, About: r.About, Words: r.Words, Evidence: r.Evidence, Outcome: r.Outcome, At: r.At.Time()})
	})
}

func exportSkills(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnSkills(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, s := range own {
		if err := take(ownSkillData{ID: s.ID, Names: s.Names, State: s.State}); err != nil {
			return err
		}
	}
	return nil
}

// exportShowings says who was shown and when. What it was computed from stays with the ranking: it could be solved for
// what others hide.
func exportShowings(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Showing, community.Cursor, error) {
		return x.network.OwnShowings(ctx, x.viewer, page)
	}
	return throughPages(read, func(s *community.Showing) error {
		ids := make([]community.MemberID, len(s.People))
		for i, shown := range s.People {
			ids[i] = shown.Member
		}
		people, err := x.network.People(ctx, x.viewer, ids)
		if err != nil {
			return err
		}
		data := ownShowingData{At: s.At.Time(), People: []personData{}}
		for _, p := range people {
			data.People = append(data.People, personData{p.ID, p.Name})
		}
		return take(data)
	})
}
