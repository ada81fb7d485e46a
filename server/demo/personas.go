package demo

import (
	"time"

	"longtable/server/community"
)

// Persona is a person of the demo as whom a stranger can come in.
type Persona struct {
	ID       community.MemberID
	Name     string
	Email    string
	Role     string // member, host, steward or newcomer
	Language string // of pages and letters
}

// Personas are the four ways to look at the network. They are in every demo, under the same ids.
var Personas = []Persona{
	{ID: "amara", Name: "Amara Okorie", Email: "amara@example.org", Role: "member", Language: "en"},
	{ID: "jonas", Name: "Jonas Lindner", Email: "jonas@example.org", Role: "host", Language: "en"},
	{ID: "leila", Name: "Leila Mansour", Email: "leila@example.org", Role: "steward", Language: "en"},
	{ID: "noor", Name: "Noor Rahimi", Email: "noor@example.org", Role: "newcomer", Language: "en"},
}

// What Amara brings and looks for; people around her have the other side of it.
var (
	amaraOffers = []community.SkillID{"bookkeeping", "grant-writing", "savings-groups", "pricing"}
	amaraNeeds  = []community.SkillID{"solar-panel-installation", "graphic-design", "online-shops"}
)

// hone gives the personas their own words.
func (g *Generator) hone(m *community.Member, i int) {
	switch i {
	case amara:
		m.Headline = "Books in order, so that small kitchens can grow"
		m.About = "I keep the books of eleven food businesses around the lagoon. Most of them began at one stove, and none of their owners had ever seen a balance sheet that made sense to them.\n\n" +
			"Now I am building something of my own: a shared cold store that runs on the sun, where eight kitchens keep their stock and sell together online. I know the numbers. I need people who know panels, pictures and shops on the web.\n\nAsk me anything about prices, grants and savings groups. I answer in the evening."
		m.Causes, m.Languages = []community.Cause{2, 7, 8}, []string{"en", "yo", "fr"}
		m.HoursPerWeek, m.Stage, m.RoomInWeek, m.MatchingOff = 6, community.StageTrying, 15, false
		m.Shown = map[community.Field]community.Audience{community.FieldHours: community.MyContacts}
		m.BooksOf = []community.HubID{g.hubID(0)}
	case jonas:
		m.Headline = "Host with a big bunch of keys and a bigger kettle"
		m.About = "I open the doors in the morning and know who is looking for whom. Before this I was a weaver, then a social worker, and both help every day.\n\nIf you don't know where to start, start with me: Mondays from nine at the long table."
		m.Causes, m.Languages = []community.Cause{8, 10, 11}, []string{"de", "en", "ar"}
		m.HoursPerWeek, m.MatchingOff, m.Shown = 20, false, nil
	case leila:
		m.Headline = "Steward of the network, friend of clear agreements"
		m.About = "I look after what hubs have in common: the list of skills, the agreements, and what to do when something goes wrong between people. I come from a family of weavers and still think in threads.\n\nÉcrivez-moi en français, in English, أو بالعربية."
		m.Causes, m.Languages = []community.Cause{5, 10, 16}, []string{"ar", "fr", "en"}
		m.HoursPerWeek, m.MatchingOff, m.Shown = 12, false, nil
	case noor:
		m.JoinedAt, m.Languages = g.ago(0), nil
	case g.keptMember():
		m.Kept = true
		return
	default:
		return
	}
	m.Pronouns, m.Language = "", Personas[i].Language
}

// waiting are things that the personas find when they come in.
func (g *Generator) waiting(h *harvest, _ int) {
	g.askedOfAmara(h)
	g.callersOfJonas(h)
	g.proposed(h)
	g.reported(h)
	g.helped(h)
}

// keptMember is the number of somebody at the hub of Jonas whose account is kept for them.
func (g *Generator) keptMember() int { return g.plan.circle + circleOfAmara + circleOfJonas - 1 }

// helped is somebody without e-mail and telephone, for whom Jonas acts, with what he did in their name.
func (g *Generator) helped(h *harvest) {
	member, since := g.memberID(g.keptMember()), g.ago(20*day)
	h.Assistances = append(h.Assistances, &community.Assistance{Record: community.Record[community.AssistanceID]{ID: community.AssistanceID(string(member) + "~" + string(Personas[jonas].ID))},
		Member: member, Helper: Personas[jonas].ID, NotedBy: Personas[jonas].ID, Since: since, Until: community.At(since.Time().AddDate(0, 3, 0)),
		Scopes: []community.Scope{community.ScopeProfile, community.ScopeEvents, community.ScopeProgrammes, community.ScopeIntroductions}})
	for at, line := range []struct{ say, path string }{{"allowed", "/helping"}, {"profile", "/profile"}, {"event", "/events/" + string(idOf[community.EventID](g, "event", 0))}} {
		h.Acts = append(h.Acts, &community.Act{Record: community.Record[community.ActID]{ID: idOf[community.ActID](g, "act", at)}, Member: member, By: Personas[jonas].ID,
			What: line.say, Path: line.path, At: since.Plus(time.Duration(at) * time.Hour), Outcome: community.ActDone})
	}
	h.Acts[0].With = Personas[jonas].ID
}

func (g *Generator) askedOfAmara(h *harvest) {
	words := []string{
		"Your cold store is exactly what our market street talks about. I install panels and could look at the roof with you. Would Saturday suit?",
		"I design labels for small kitchens and saw that you look for somebody. I have eleven questions and two ideas.",
		"My sister and I run a stall with an online shop. We would love your help with prices, and can show you how our shop works.",
	}
	for at, text := range words {
		from := g.memberID(g.plan.circle + at)
		i := ask(from, Personas[amara].ID, text, g.ago(time.Duration(at+1)*11*time.Hour))
		h.Introductions = append(h.Introductions, i)
		h.Notices = append(h.Notices, &community.Notice{Record: community.Record[community.NoticeID]{ID: community.NoticeID("introduction~" + string(i.ID))},
			Member: i.To, By: i.From, Kind: community.NoticeIntroduction, Say: "notices.introduction", Path: "/introductions", At: i.AskedAt,
			Args: map[string]string{"name": g.name(g.person(g.plan.circle + at))}})
	}
	h.Introductions = append(h.Introductions, ask(Personas[amara].ID, g.memberID(g.plan.circle+circleOfAmara-1),
		"We both write about energy that people can afford. I would like to hear how you found your first partners.", g.ago(30*time.Hour)))
}

func ask(from, to community.MemberID, words string, at community.Instant) *community.Introduction {
	return &community.Introduction{Record: community.Record[community.IntroductionID]{ID: community.IntroductionID(string(from) + "~" + string(to))},
		From: from, To: to, Waiting: to, Words: words, State: community.IntroductionAsked, AskedAt: at}
}

func (g *Generator) callersOfJonas(h *harvest) {
	list, _ := g.words.in("en", "join")
	for at := range callersAtHub - 1 {
		caller := g.plan.circle + circleOfAmara + circleOfJonas + at
		h.JoinRequests = append(h.JoinRequests, joinRequest(g.memberID(caller), g.hubID(1), list[at%len(list)], g.ago(time.Duration(at+1)*15*time.Hour), g.hubs[1].zone))
	}
}

func joinRequest(member community.MemberID, hub community.HubID, words string, at community.Instant, zone string) *community.JoinRequest {
	place := community.Hub{Zone: zone}
	return &community.JoinRequest{Record: community.Record[community.JoinRequestID]{ID: community.JoinRequestID(string(member) + "~" + string(hub))},
		Hub: hub, Member: member, Words: words, State: community.JoinOpen, AskedAt: at, AnswerBy: place.OpenAfter(at, joinWithin)}
}

// joinWithin is as in the domain, in opening hours.
const joinWithin = 24 * time.Hour

// proposed are concepts that wait for a steward.
func (g *Generator) proposed(h *harvest) {
	for at, names := range []map[string]string{{"en": "rain garden design"}, {"fr": "réemploi de matériaux de chantier"}, {"ar": "ترميم المخطوطات"},
		{"uk": "реставрація старих вікон"}, {"en": "audio description for theatre"}, {"zh": "竹纤维加工"}} {
		h.Skills = append(h.Skills, &community.Skill{Record: community.Record[community.SkillID]{ID: idOf[community.SkillID](g, "proposed", at)},
			Names: names, State: community.SkillProposed, ProposedBy: g.memberID(g.plan.circle + at)})
	}
}

// reported is on the stewards' desk, about people without a hub, and on that of Jonas.
func (g *Generator) reported(h *harvest) {
	callers := g.plan.circle + circleOfAmara + circleOfJonas
	for at, r := range []struct {
		by, person int
		hub        community.HubID
		words      string
	}{
		{g.plan.circle, callers + 5, "", "The same offer of a paid course reached me and three others this week, although we had said no. Please talk to them."},
		{g.plan.circle + 1, callers + 4, "", "The profile gives our workshop's name as theirs. It may be a mistake, but customers are confused."},
		{g.plan.circle + circleOfAmara, g.plan.circle + circleOfAmara + 1, g.hubID(1), "At the last two evenings I was interrupted each time I spoke. I would like a host to have a word, without making it big."},
	} {
		desk := community.NetworkDesk
		if r.hub != "" {
			desk = string(r.hub)
		}
		when := g.ago(time.Duration(at+3) * 5 * time.Hour)
		person := g.memberID(r.person)
		h.Reports = append(h.Reports, &community.Report{Record: community.Record[community.ReportID]{ID: idOf[community.ReportID](g, "report", at)},
			By: g.memberID(r.by), About: community.ReportPerson, Subject: string(person), Person: person, Hub: r.hub, Desk: desk,
			Words: r.words, At: when, AnswerBy: when.Plus(community.ReportAnswerWithin)})
	}
}
