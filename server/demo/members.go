package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"longtable/server/community"
)

// person is what several documents have to know of a member before the member is made.
type person struct {
	number int
	place  *place // also those without a hub live somewhere
	origin string // of their name
	tongue string // in which they write
}

// nativeTongue is the language of a script that a name can be written in.
var nativeTongue = map[string]string{"arabic": "ar", "ukrainian": "uk", "hindi": "hi", "chinese": "zh", "spanish": "es", "french": "fr", "german": "de"}

// ownScript are the languages that hardly anybody writes whose name comes from elsewhere.
var ownScript = map[string]bool{"ar": true, "uk": true, "hi": true, "zh": true}

// otherTongue is the first language written at the place that is not this one.
func (p *place) otherTongue(tongue string) string {
	for _, other := range p.texts {
		if other != tongue {
			return other
		}
	}
	return "en"
}

func (g *Generator) person(i int) person {
	d := g.dice("person", i)
	p := person{number: i, place: &g.hubs[0]}
	if home := g.plan.home[i]; home != nobody {
		p.place = &g.hubs[home]
	} else {
		p.place = &g.hubs[d.IntN(len(g.hubs))]
	}
	p.origin, p.tongue = pick(d, p.place.origins), pick(d, p.place.texts)
	if native := nativeTongue[p.origin]; native != "" && d.chance(25) {
		p.tongue = native
	}
	switch i {
	case amara, jonas, noor:
		p.tongue = "en"
	case leila:
		p.tongue = "fr"
	}
	if ownScript[p.tongue] && nativeTongue[p.origin] != p.tongue {
		p.tongue = p.place.otherTongue(p.tongue)
	}
	return p
}

func (g *Generator) memberID(i int) community.MemberID {
	if i < len(Personas) {
		return Personas[i].ID
	}
	return idOf[community.MemberID](g, "member", i)
}

// name in the writing of the language in which the person writes.
func (g *Generator) name(p person) string {
	if p.number < len(Personas) {
		return Personas[p.number].Name
	}
	d := g.dice("name", p.number)
	origin := p.origin
	if native := g.words["names"][origin+"_native given"]; len(native) > 0 && nativeTongue[origin] == p.tongue {
		origin += "_native"
	}
	given, family := pick(d, g.words["names"][origin+" given"]), pick(d, g.words["names"][origin+" family"])
	switch {
	case origin == "chinese_native":
		return family + given
	case (origin == "spanish" || origin == "portuguese") && d.chance(60):
		return given + " " + family + " " + pick(d, g.words["names"][origin+" family"])
	case !strings.HasSuffix(origin, "_native") && d.chance(12):
		return given + " " + pick(d, g.words["names"][origin+" given"])[:1] + ". " + family
	}
	return given + " " + family
}

// skillsOf are what a person offers and needs; some around Amara have exactly what she looks for.
func (g *Generator) skillsOf(i int) (offers []community.Offered, needs []community.SkillID) {
	d := g.dice("skills", i)
	can := g.skills.set(d, d.between(1, 3)+d.IntN(4), nil)
	if i == amara {
		can = slices.Clone(amaraOffers)
	}
	if !slices.ContainsFunc(can, func(s community.SkillID) bool { return !g.skills.lived[s] }) {
		can = append(can, amaraOffers[i%len(amaraOffers)]) // everybody has a trade beside their life
	}
	needs = g.skills.set(d, d.between(1, 2)+d.IntN(3), append(slices.Clone(can), amaraOffers...))
	if near := i - g.plan.circle; near >= 0 && near < circleOfAmara {
		can = append([]community.SkillID{amaraNeeds[near%len(amaraNeeds)]}, slices.DeleteFunc(can, func(s community.SkillID) bool { return slices.Contains(amaraNeeds, s) })...)
		needs = append([]community.SkillID{amaraOffers[near%len(amaraOffers)]}, needs...)
		needs = slices.DeleteFunc(needs, func(s community.SkillID) bool { return slices.Contains(can, s) })
	}
	if i == amara {
		needs = amaraNeeds
	}
	needs = slices.DeleteFunc(slices.Clone(needs), func(s community.SkillID) bool { return g.skills.lived[s] })
	slices.SortStableFunc(can, func(a, b community.SkillID) int { return livedLast(g.skills.lived, a, b) })
	for at, s := range can {
		grasp := community.CanDo
		switch roll := d.IntN(100); {
		case g.skills.lived[s] || roll > 89:
			grasp = community.LivedExperience
		case at > 0 && roll < 15:
			grasp = community.Learning
		}
		offers = append(offers, community.Offered{Skill: s, Grasp: grasp})
	}
	return offers, needs
}

// blanks of the sentences about a person.
func (g *Generator) blanks(p person, tongue string, offers []community.Offered, needs []community.SkillID, d dice) []string {
	column := slices.Index(tongues, tongue)
	skill, second, need := community.SkillID(""), community.SkillID(""), community.SkillID("")
	if len(offers) > 0 {
		skill = offers[0].Skill
	}
	if len(offers) > 1 {
		second = offers[1].Skill
	}
	if second == "" || g.skills.lived[second] {
		second = pick(d, g.skills.list[:commonest]).id
	}
	if len(needs) > 0 {
		need = needs[0]
	}
	return []string{"{skill}", g.skills.name(skill, tongue), "{skill2}", g.skills.name(second, tongue), "{need}", g.skills.name(need, tongue),
		"{city}", p.place.cityIn(tongue), "{hub}", p.place.name, "{cause}", g.causes[pick(d, g.causesOf(p.number))-1][column],
		"{years}", strconv.Itoa(d.between(3, 10))}
}

func (g *Generator) causesOf(i int) []community.Cause {
	d := g.dice("causes", i)
	return inOrder(d, community.Causes, d.between(1, 4))
}

func (g *Generator) member(h *harvest, i int) {
	p, d := g.person(i), g.dice("member", i)
	m := &community.Member{Record: community.Record[community.MemberID]{ID: g.memberID(i)}, Name: g.name(p), RoomInWeek: community.RoomInWeekUsual,
		Language: pageLanguage(p.tongue), JoinedAt: g.joined(i, d)}
	if home := g.plan.home[i]; home != nobody {
		m.Hub = g.hubID(home)
		for _, host := range g.plan.hosts[home] {
			if host == i {
				m.HostOf = []community.HubID{m.Hub}
			}
		}
	}
	if !g.plan.thin[i] {
		g.describe(m, p, d)
	} else if i != noor && d.chance(50) {
		m.Languages = g.spoken(p, d)
	}
	m.Steward = i == leila || i >= firstHost && i < firstHost+2
	g.hone(m, i)
	h.Members = append(h.Members, m)
}

// describe writes the profile of somebody who took the time.
func (g *Generator) describe(m *community.Member, p person, d dice) {
	m.Offers, m.Needs = g.skillsOf(p.number)
	blanks := g.blanks(p, p.tongue, m.Offers, m.Needs, d)
	headlines, _ := g.words.in(p.tongue, "headline")
	m.Headline = within(community.HeadlineMax, say(pick(d, headlines), blanks...), say("{skill}", blanks...))
	m.About = g.about(p.tongue, blanks, d)
	m.Causes, m.Languages = g.causesOf(p.number), g.spoken(p, d)
	m.HoursPerWeek = pick(d, []int{0, 1, 2, 2, 3, 4, 4, 5, 6, 8, 10, 12, 16, 20, 30})
	m.Stage = pick(d, []community.Stage{0, community.StageIdea, community.StageIdea, community.StageTrying, community.StageTrying,
		community.StageFirstCustomers, community.StageGrowing, community.StageSettled})
	m.RoomInWeek = pick(d, []int{2, 3, 5, 5, 5, 5, 8, 10})
	m.MatchingOff = d.chance(2)
	if e := g.plan.enterprise[p.number]; e != nobody {
		m.Enterprise = g.enterpriseID(e)
	}
	if d.chance(4) && p.tongue == "en" {
		m.Pronouns = pick(d, []string{"they/them", "any pronouns", "please ask"})
	}
	m.Shown = shown(d)
}

// about is a text of three to six sentences, each from another part of what people tell.
func (g *Generator) about(tongue string, blanks []string, d dice) string {
	var text, told []string
	for _, part := range []struct {
		section      string
		least, most  int
		alsoNewLines bool
	}{{"open", 1, 1, false}, {"work", 1, 3, false}, {"life", 0, 0, false}, {"seek", 0, 1, true}, {"close", 1, 1, false}} {
		count := d.between(part.least, part.most)
		if part.section == "life" && len(g.words[tongue]["life"]) > 0 && d.chance(lifePercent) {
			count = 1
		}
		list := g.words[tongue][part.section]
		for range count {
			sentence := pick(d, slices.DeleteFunc(slices.Clone(list), func(s string) bool { return tired(s, told) }))
			told = append(told, sentence)
			text = append(text, say(sentence, blanks...))
		}
		if part.alsoNewLines && d.chance(40) {
			text = append(text, "\n\n")
		}
	}
	joined := strings.Join(text, between(tongue))
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(joined, " \n\n ", "\n\n"), " \n\n", "\n\n"))
}

// lifePercent is how many tell of their circumstances, where the language has sentences for it.
const lifePercent = 9

// commonest is how many skills are common enough to be mentioned in passing.
const commonest = 200

// tired sentences were said already, or name a skill that was named before.
func tired(sentence string, told []string) bool {
	return slices.ContainsFunc(told, func(before string) bool {
		return before == sentence || strings.Contains(before, "{skill}") && strings.Contains(sentence, "{skill}")
	})
}

// livedLast puts what people know from their own life behind their trades.
func livedLast(lived map[community.SkillID]bool, a, b community.SkillID) int {
	switch {
	case lived[a] == lived[b]:
		return 0
	case lived[a]:
		return 1
	default:
		return -1
	}
}

// between is what stands between two sentences.
func between(tongue string) string {
	if tongue == "zh" {
		return ""
	}
	return " "
}

// spoken are the languages of a person: what they write, what is spoken at their place, and now and then another.
func (g *Generator) spoken(p person, d dice) []string {
	spoken := []string{p.tongue}
	for _, l := range append(some(d, p.place.languages, d.between(1, 3)), pick(d, community.Languages)) {
		if l != spoken[0] && !slices.Contains(spoken, l) && (slices.Contains(p.place.languages, l) || d.chance(15)) {
			spoken = append(spoken, l)
		}
	}
	return spoken
}

// shown is who sees what: most people leave everything open, some don't.
func shown(d dice) map[community.Field]community.Audience {
	if d.chance(68) {
		return nil
	}
	choices := []struct {
		field    community.Field
		audience community.Audience
	}{{community.FieldNeeds, community.OnlyMe}, {community.FieldNeeds, community.MyHub}, {community.FieldAbout, community.MyHub},
		{community.FieldHours, community.MyContacts}, {community.FieldStage, community.MyHub}, {community.FieldHub, community.MyContacts},
		{community.FieldCauses, community.MyHub}, {community.FieldEnterprise, community.MyContacts}, {community.FieldLanguages, community.MyHub}}
	all := map[community.Field]community.Audience{}
	for _, choice := range some(d, choices, d.between(1, 3)) {
		all[choice.field] = choice.audience
	}
	return all
}

// joined is when somebody came: the network grew, and newcomers came lately.
func (g *Generator) joined(i int, d dice) community.Instant {
	days := min(d.IntN(founded-60), d.IntN(founded-60))
	if g.plan.thin[i] {
		days = d.IntN(60)
	}
	return g.ago(time.Duration(days)*day + d.span(time.Hour, day))
}

// pageLanguage is the language of the pages for somebody who writes in tongue.
func pageLanguage(tongue string) string {
	if tongue == "fr" || tongue == "ar" {
		return tongue
	}
	return "en"
}
