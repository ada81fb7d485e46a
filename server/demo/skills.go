package demo

import (
	"slices"
	"strings"
	"unicode/utf8"

	"longtable/server/community"
)

// vocabulary is the list of skills with how common each is.
type vocabulary struct {
	list   []concept // the most common first
	weight []int     // sums of the weights up to each
	byID   map[community.SkillID]int
	family map[int][]int              // those composed from the same part, such as everything for schools
	lived  map[community.SkillID]bool // what people know from their own life: offered beside other skills, never a job
}

type concept struct {
	id     community.SkillID
	names  map[string]string
	family int
	lived  bool
}

// The share of the skill at place n of the list is proportional to 1/(n+headWidth): a few skills that many have, and a
// long tail of those that a handful of people have in the whole network.
const (
	headWidth   = 14
	weightUnits = 1_000_000
)

// patterns compose one skill from a part for each language; the blank is {x}.
type patterns []string

var (
	settings = []patterns{
		{"{x} for beginners", "{x} pour débutants", "{x} للمبتدئين", "{x} para principiantes", "{x} für den Einstieg", "{x} для початківців", "शुरुआती लोगों के लिए {x}", "{x}入门"},
		{"{x} for children", "{x} pour enfants", "{x} للأطفال", "{x} para niñas y niños", "{x} für Kinder", "{x} для дітей", "बच्चों के लिए {x}", "儿童{x}"},
		{"{x} for older people", "{x} pour personnes âgées", "{x} لكبار السن", "{x} para personas mayores", "{x} für ältere Menschen", "{x} для людей старшого віку", "बुज़ुर्गों के लिए {x}", "长者{x}"},
		{"{x} in mixed-ability groups", "{x} en groupes inclusifs", "{x} في مجموعات دامجة", "{x} en grupos inclusivos", "{x} in inklusiven Gruppen", "{x} в інклюзивних групах", "समावेशी समूहों में {x}", "融合小组{x}"},
		{"{x} for team days", "{x} pour journées d’équipe", "{x} لأيام الفريق", "{x} para jornadas de equipo", "{x} für Teamtage", "{x} для командних днів", "टीम दिवसों के लिए {x}", "团队日{x}"},
	}
	repairs = []patterns{
		{"repairing {x}", "réparation {de}{x}", "تصليح {x}", "reparación de {x}", "Reparatur von {x}", "ремонт {x}", "{x} की मरम्मत", "维修{x}"},
		{"refurbishing {x}", "remise en état {de}{x}", "تجديد {x}", "reacondicionamiento de {x}", "Aufarbeitung von {x}", "відновлення {x}", "{x} का नवीनीकरण", "翻新{x}"},
		{"teaching the repair of {x}", "cours de réparation {de}{x}", "تعليم تصليح {x}", "enseñar a reparar {x}", "Reparaturkurse: {x}", "навчання ремонту {x}", "{x} की मरम्मत सिखाना", "教授{x}维修"},
	}
	harvests = []patterns{
		{"growing {x}", "culture {de}{x}", "زراعة {x}", "cultivo de {x}", "Anbau von {x}", "вирощування {x}", "{x} की खेती", "种植{x}"},
		{"storing {x}", "conservation {de}{x}", "تخزين {x}", "almacenamiento de {x}", "Lagerung von {x}", "зберігання {x}", "{x} का भंडारण", "储存{x}"},
		{"selling {x} directly", "vente directe {de}{x}", "البيع المباشر {for}{x}", "venta directa de {x}", "Direktverkauf von {x}", "прямий продаж {x}", "{x} की सीधी बिक्री", "直销{x}"},
	}
	lessons = []patterns{
		{"{x} lessons", "cours particuliers : {x}", "دروس خصوصية: {x}", "clases particulares: {x}", "Unterricht: {x}", "приватні уроки: {x}", "{x} की निजी कक्षाएँ", "{x}辅导"},
		{"{x} conversation circles", "cercles de conversation : {x}", "حلقات محادثة: {x}", "círculos de conversación: {x}", "Gesprächskreise: {x}", "розмовні гуртки: {x}", "{x} बातचीत मंडली", "{x}会话小组"},
		{"{x} transcription", "transcription : {x}", "تفريغ نصوص: {x}", "transcripción: {x}", "Transkription: {x}", "розшифрування записів: {x}", "{x} प्रतिलेखन", "{x}听写整理"},
		{"{x} subtitles", "sous-titres : {x}", "ترجمة مرئية: {x}", "subtítulos: {x}", "Untertitel: {x}", "субтитри: {x}", "{x} उपशीर्षक", "{x}字幕"},
	}
	interpreting = patterns{"{x}–{y} interpreting", "interprétation {x}–{y}", "الترجمة الشفوية: {x}–{y}", "interpretación {x}–{y}", "Dolmetschen {x}–{y}", "усний переклад: {x} – {y}", "{x}–{y} दुभाषिया कार्य", "{x}–{y}口译"}
	translating  = patterns{"{x}–{y} written translation", "traduction écrite {x}–{y}", "الترجمة التحريرية: {x}–{y}", "traducción escrita {x}–{y}", "Übersetzen {x}–{y}", "письмовий переклад: {x} – {y}", "{x}–{y} लिखित अनुवाद", "{x}–{y}笔译"}
	serving      = patterns{"{x} for {y}", "{x} pour {y}", "{x} {for}{y}", "{x} para {y}", "{x} für {y}", "{x} для {y}", "{y} के लिए {x}", "{y}的{x}"}
)

// compose makes the whole list: hand-written concepts, and what grows from them and from lists of parts.
func compose(d dice) *vocabulary {
	v := &vocabulary{byID: map[community.SkillID]int{}, family: map[int][]int{}, lived: map[community.SkillID]bool{}}
	written, makeable := core()
	composed := slices.Concat(each(settings, makeable), each(repairs, rows("skills_objects.txt")),
		each(harvests, rows("skills_crops.txt")), each(lessons, rows("skills_tongues.txt")),
		pairs(interpreting, rows("skills_tongues.txt"), 20), pairs(translating, rows("skills_tongues.txt"), 14),
		crossed(serving, rows("skills_services.txt"), rows("skills_audiences.txt")))
	for _, part := range [][]concept{written, composed} {
		d.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		for _, c := range part {
			v.add(c)
		}
	}
	return v
}

// add puts a concept at the end of the list. A name that is too long is left out; without an English one, the concept.
func (v *vocabulary) add(c concept) {
	for tongue, name := range c.names {
		if name == "" || utf8.RuneCountInString(name) > community.SkillNameMax {
			delete(c.names, tongue)
		}
	}
	c.id = slug(c.names["en"])
	if _, known := v.byID[c.id]; known || c.id == "" {
		return
	}
	at, sum := len(v.list), 0
	if at > 0 {
		sum = v.weight[at-1]
	}
	v.byID[c.id] = at
	v.lived[c.id] = c.lived
	v.list = append(v.list, c)
	v.weight = append(v.weight, sum+weightUnits/(at+headWidth))
	v.family[c.family] = append(v.family[c.family], at)
}

// core reads the hand-written concepts, and which of them can be made together and so have settings.
func core() (written []concept, makeable [][]string) {
	family, together, lived := 0, false, false
	for _, line := range lines("skills_core.txt") {
		if strings.HasPrefix(line, "#") {
			family, together, lived = family+1, strings.HasSuffix(line, "+"), line == "# lived"
			continue
		}
		row := strings.Split(line, "|")
		written = append(written, concept{names: named(func(column int) string { return row[column] }), family: family, lived: lived})
		if together {
			makeable = append(makeable, row)
		}
	}
	return written, makeable
}

func named(in func(column int) string) map[string]string {
	all := map[string]string{}
	for column, tongue := range tongues {
		all[tongue] = in(column)
	}
	return all
}

// families of composed concepts are numbered from here, beyond the groups of the hand-written ones.
const composedFamilies = 1000

func each(all []patterns, parts [][]string) []concept {
	var made []concept
	for i, part := range parts {
		for _, p := range all {
			made = append(made, concept{names: named(func(column int) string { return p.with(column, part[column], "") }),
				family: composedFamilies + int(slugSum(part[0])) + i})
		}
	}
	return made
}

func pairs(p patterns, parts [][]string, first int) []concept {
	var made []concept
	for i, x := range parts[:min(first, len(parts))] {
		for _, y := range parts[i+1 : min(first, len(parts))] {
			made = append(made, concept{names: named(func(column int) string { return p.with(column, x[column], y[column]) }),
				family: composedFamilies + int(slugSum(x[0]))})
		}
	}
	return made
}

func crossed(p patterns, xs, ys [][]string) []concept {
	var made []concept
	for _, y := range ys {
		for _, x := range xs {
			made = append(made, concept{names: named(func(column int) string { return p.with(column, x[column], y[column]) }),
				family: composedFamilies + int(slugSum(y[0]))})
		}
	}
	return made
}

// slugSum spreads families; that two share a number now and then only makes them one family.
func slugSum(text string) (sum uint16) {
	for _, r := range text {
		sum = sum*31 + uint16(r)
	}
	return sum
}

// with fills a pattern as the grammar of its language wants: French elides, Arabic joins "for" with the article.
func (p patterns) with(column int, x, y string) string {
	noun := x
	if y != "" {
		noun = y
	}
	of, forThe := "de ", "ل"
	if strings.ContainsAny(string([]rune(noun)[:1]), "aeiouyàâéèêîôûAEIOUÉh") && !strings.HasPrefix(noun, "haricots") {
		of = "d’"
	}
	text := p[column]
	if rest, article := strings.CutPrefix(noun, "ال"); article && strings.Contains(text, "{for}") {
		forThe = "لل"
		if y != "" {
			y = rest
		} else {
			x = rest
		}
	}
	return strings.NewReplacer("{x}", x, "{y}", y, "{de}", of, "{for}", forThe).Replace(text)
}

// slug is a name as an id: lower case letters and digits with dashes between.
func slug(name string) community.SkillID {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == 'é':
			return 'e'
		case r == '’' || r == '\'':
			return -1
		}
		return ' '
	}, name)
	return community.SkillID(strings.Join(strings.Fields(plain), "-"))
}

// draw takes a skill by how common it is.
func (v *vocabulary) draw(d dice) int {
	at, _ := slices.BinarySearch(v.weight, d.IntN(v.weight[len(v.weight)-1])+1)
	return at
}

// set draws different skills, some of them from the family of the first.
func (v *vocabulary) set(d dice, count int, not []community.SkillID) []community.SkillID {
	var drawn []community.SkillID
	family := -1
	for range 8 * count {
		at := v.draw(d)
		if family >= 0 && d.chance(40) {
			at = pick(d, v.family[family])
		}
		id := v.list[at].id
		if slices.Contains(drawn, id) || slices.Contains(not, id) {
			continue
		}
		if drawn, family = append(drawn, id), v.list[at].family; len(drawn) == count {
			break
		}
	}
	return drawn
}

// name of a skill in a language, in English where it has none there.
func (v *vocabulary) name(id community.SkillID, tongue string) string {
	at, known := v.byID[id]
	if !known {
		return string(id)
	}
	if name := v.list[at].names[tongue]; name != "" {
		return name
	}
	return v.list[at].names["en"]
}

// skill is the document of a place in the list.
func (g *Generator) skill(h *harvest, at int) {
	c := g.skills.list[at]
	h.Skills = append(h.Skills, &community.Skill{Record: community.Record[community.SkillID]{ID: c.id}, Names: c.names, State: community.SkillAccepted})
}
