package demo

import (
	"strings"
	"time"

	"longtable/server/community"
)

func (g *Generator) enterpriseID(e int) community.EnterpriseID {
	return idOf[community.EnterpriseID](g, "enterprise", e)
}

// enterprise is named in the language of who founded it; two of one name stand in different cities.
func (g *Generator) enterprise(h *harvest, e int) {
	staff := g.plan.staff[e]
	if len(staff) == 0 {
		return
	}
	founder, d := g.person(staff[0]), g.dice("enterprise", e)
	offers, needs := g.skillsOf(staff[0])
	section := func(name string) ([]string, string) { return g.words.in(founder.tongue, "enterprise-"+name) }
	adjectives, tongue := section("adjective")
	nouns, _ := section("noun")
	form, _ := section("name")
	headlines, _ := section("headline")
	abouts, _ := section("about")
	roles, _ := g.words.in(founder.tongue, "role")
	blanks := g.blanks(founder, tongue, offers, needs, d)
	x := &community.Enterprise{Record: community.Record[community.EnterpriseID]{ID: g.enterpriseID(e)}, Hub: g.hubID(g.plan.home[staff[0]]),
		Name:   say(pick(d, form), "{a}", pick(d, adjectives), "{n}", pick(d, nouns), "{city}", founder.place.cityIn(tongue)),
		Causes: g.causesOf(staff[0]), Stage: community.Stages[d.between(1, 5)], FoundedAt: g.ago(time.Duration(d.between(100, 4000)) * day)}
	x.Headline = within(community.HeadlineMax, say(pick(d, headlines), blanks...), say("{skill}", blanks...))
	text := some(d, abouts, 2)
	for i := range text {
		text[i] = say(text[i], blanks...)
	}
	x.About = strings.Join(text, "\n\n")
	if d.chance(40) {
		x.Website = "https://" + string(x.ID) + ".example.org/"
	}
	for at, i := range staff {
		title := pick(d, roles)
		if at == 0 {
			title = roles[0]
		}
		since := x.FoundedAt.Plus(time.Duration(min(at, 20)*d.IntN(5)) * day)
		x.People = append(x.People, community.Role{Member: g.memberID(i), Title: title, Since: since})
	}
	h.Enterprises = append(h.Enterprises, x)
}
