// Package gallery shows every component once, in four pages with believable content, for the eye and for the auditor.
// Its tests render it in every language and theme; nothing of it is served.
package gallery

import (
	"time"

	"longtable/frontend/components"
)

// words is what people wrote for the gallery, in one language. Interface words come from the catalogues.
type words struct {
	lede, search, hint, skill, cause            string
	name, pronouns, headline, place, about      string
	reasons                                     []string
	tags                                        []string
	event, eventText, address                   string
	question, questionHint, wrong, yes, no, why string
	hello, asWell                               string
}

var spoken = map[string]words{
	"en": {
		lede: "16,000 people who would like to meet someone new.", search: "Look for a person, a skill or a place",
		hint: "For example: grant writing, Arabic, Rotterdam", skill: "Skills", cause: "Causes",
		name: "Amara Okafor", pronouns: "she/her", headline: "Runs a Saturday coding club", place: "Lagos, Yaba Table",
		about:   "I keep bees on a roof and teach teenagers to build small radios. Looking for someone who knows how to write to a foundation without sounding like one.",
		reasons: []string{"She can write grants, which you need.", "You both work on quality education.", "You both speak Yoruba."},
		tags:    []string{"Grant writing", "Radio", "Beekeeping"},
		event:   "Repair café", eventText: "Bring a lamp, a bike or a question. Tea is free. You can leave whenever you like.", address: "Yaba Table, 4 Herbert Macaulay Way",
		question: "What would you like to try?", questionHint: "A few sentences are enough. You can change them later.", wrong: "Please fill this in",
		yes: "Yes", no: "Not yet", why: "You can come in without one.", hello: "Say hello", asWell: "Keep for later",
	},
	"fr": {
		lede: "16 000 personnes qui aimeraient faire une rencontre.", search: "Cherchez une personne, une compétence ou un lieu",
		hint: "Par exemple : demande de subvention, arabe, Rotterdam", skill: "Compétences", cause: "Causes",
		name: "Élodie Mbarga", pronouns: "elle", headline: "Anime un atelier de code le samedi", place: "Douala, La Grande Table",
		about:   "J’élève des abeilles sur un toit et j’apprends à des adolescents à fabriquer de petites radios. Je cherche quelqu’un qui sache écrire à une fondation sans jargon.",
		reasons: []string{"Elle sait rédiger des demandes de subvention, ce que vous cherchez.", "Vous travaillez tous deux pour une éducation de qualité."},
		tags:    []string{"Demandes de subvention", "Radio", "Apiculture"},
		event:   "Café réparation", eventText: "Apportez une lampe, un vélo ou une question. Le thé est offert. On repart quand on veut.", address: "La Grande Table, 4 rue du Marché",
		question: "Qu’aimeriez-vous essayer ?", questionHint: "Quelques phrases suffisent. Vous pourrez les modifier.", wrong: "Veuillez remplir ce champ",
		yes: "Oui", no: "Pas encore", why: "On peut venir sans.", hello: "Dire bonjour", asWell: "Garder pour plus tard",
	},
	"ar": {
		lede: "١٦٬٠٠٠ شخص يودّون التعرّف إلى أحد جديد.", search: "ابحث عن شخص أو مهارة أو مكان",
		hint: "مثلًا: كتابة طلبات المنح، العربية، روتردام", skill: "المهارات", cause: "القضايا",
		name: "أمينة الخطيب", pronouns: "هي", headline: "تدير ناديًا للبرمجة كل سبت", place: "عمّان، مائدة اللويبدة",
		about:   "أربّي النحل على سطح البيت وأعلّم اليافعين صنع أجهزة راديو صغيرة. أبحث عمّن يعرف كيف يكتب إلى مؤسسة مانحة بكلام بسيط.",
		reasons: []string{"تجيد كتابة طلبات المنح، وهذا ما تحتاج إليه.", "كلاكما يعمل من أجل تعليم جيد."},
		tags:    []string{"كتابة طلبات المنح", "راديو", "تربية النحل"},
		event:   "مقهى التصليح", eventText: "أحضر مصباحًا أو دراجة أو سؤالًا. الشاي علينا، ولك أن تغادر متى شئت.", address: "مائدة اللويبدة، شارع الشريعة ٤",
		question: "ماذا تودّ أن تجرّب؟", questionHint: "تكفي بضع جمل، ويمكنك تعديلها لاحقًا.", wrong: "هذا الحقل مطلوب",
		yes: "نعم", no: "ليس بعد", why: "يمكنك المجيء من دونها.", hello: "ألقِ التحية", asWell: "احفظ لوقت لاحق",
	},
}

// evening is a moment in the life of the gallery.
var evening = time.Date(2027, 3, 20, 18, 30, 0, 0, time.FixedZone("WAT", 3600))

// Options are few choices, for radio buttons and checkboxes.
func (w words) options() []components.Option {
	return []components.Option{{Value: "yes", Label: w.yes}, {Value: "no", Label: w.no, Hint: w.why}}
}

func (w words) labels() []components.Tag {
	tags := make([]components.Tag, 0, len(w.tags))
	for _, t := range w.tags {
		tags = append(tags, components.Tag{Label: t, Address: "/people?q=" + t})
	}
	return tags
}

func (w words) person(id string) components.PersonCard {
	return components.PersonCard{ID: id, Address: "/people/" + id, Name: w.name, Pronouns: w.pronouns, Headline: w.headline,
		Place: w.place, Text: w.about, Tags: w.labels(), Here: id == "amara"}
}

// people are cards with and without reasons, and one of a person who writes in the other direction.
func (w words) people() []components.PersonCard {
	cards := []components.PersonCard{w.person("amara"), w.person("binh")}
	for lang, other := range spoken {
		if other.name != w.name {
			cards = append(cards, other.person(lang))
		}
	}
	cards[1].Reasons = w.reasons
	return cards
}

func (w words) searching() components.Search {
	return components.Search{Address: "/people", Query: "", Label: w.search, Hint: w.hint, Facets: []components.Facet{
		{Name: "skill", Legend: w.skill, Options: []components.FacetOption{
			{Value: "1", Label: w.tags[0], Count: 1204, Checked: true}, {Value: "2", Label: w.tags[1], Count: 31}}},
		{Name: "cause", Legend: w.cause, Options: []components.FacetOption{{Value: "4", Label: w.tags[2], Count: 7}}},
	}}
}

// fields is one of each kind, some with an error.
func (w words) fields() []components.Field {
	return []components.Field{
		{Name: "name", Label: w.question, Hint: w.questionHint, Value: w.name, Required: true, MaxLength: 80, Autocomplete: "name"},
		{Name: "email", Label: "E-mail", Type: "email", Error: w.wrong, Required: true, Autocomplete: "email"},
		{Name: "password", Label: "Password", Type: "password", Required: true, Autocomplete: "new-password"},
		{Name: "about", Label: w.question, Hint: w.questionHint, Value: w.about, MaxLength: 2000},
		{Name: "hub", Label: w.search, Options: w.options(), Value: "no"},
		{Name: "kind", Label: w.question, Options: w.options(), Error: w.wrong, Required: true},
		{Name: "access", Label: w.skill, Options: w.options(), Values: []string{"yes"}},
		{Name: "hours", Label: w.search, Type: "number", Min: "0", Max: "60", Step: "1", Suggestions: []string{"4", "8"}},
		{Name: "starts", Label: w.event, Values: []string{"2027-03-20", "18:30"}, Error: w.wrong},
		{Name: "agree", Label: w.yes, Hint: w.why},
	}
}

func (w words) picker() components.SkillPicker {
	return components.SkillPicker{Name: "skills", Legend: w.skill, Hint: w.hint, Slots: 3, Max: 12, Address: "/skills",
		Chosen: []components.SkillChoice{{Name: w.tags[0], Level: "yes"}}, Known: w.tags, Levels: w.options()}
}

func (w words) conversation() components.Conversation {
	return components.Conversation{ID: "c1", Viewer: "binh", Seq: 42, Older: "/conversations/c1?before=40", Messages: []components.Message{
		{Seq: 40, Author: "amara", Name: w.name, At: evening, Text: w.about},
		{Seq: 41, Author: "binh", Name: "Bình", Own: true, At: evening, Text: w.eventText},
		{Seq: 42, Author: "amara", Name: w.name, At: evening, Text: "https://longtable.example/a-very-long-address-that-does-not-end/and-goes-on-and-on-until-the-edge-of-a-phone"},
	}}
}
