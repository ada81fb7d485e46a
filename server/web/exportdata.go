package web

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/auth"
	"longtable/server/community"
)

// What is exported, thing by thing: the data, and below it the same as an entry of the page.

type ownAccountData struct {
	Email       string         `json:"email"`
	HasPassword bool           `json:"hasPassword"`
	Language    string         `json:"language"`
	CreatedAt   time.Time      `json:"createdAt"`
	Sessions    []sessionData  `json:"sessions"`
	Tokens      []ownTokenData `json:"tokens"`
}

type ownTokenData struct {
	ID        auth.TokenHash `json:"id"`
	Name      string         `json:"name"`
	CreatedAt time.Time      `json:"createdAt"`
	UsedAt    *time.Time     `json:"usedAt"`
}

func (d ownAccountData) entry(ctx context.Context, x *exporter) export.Entry {
	password := i18n.T(ctx, "export.password-none")
	if d.HasPassword {
		password = i18n.T(ctx, "export.password-set")
	}
	var sessions, tokens []string
	for _, s := range d.Sessions {
		browser := cmp.Or(s.Browser, i18n.T(ctx, "export.unknown-browser"))
		sessions = append(sessions, i18n.T(ctx, "export.session", "browser", browser, "when", x.local(s.SeenAt)))
	}
	for _, t := range d.Tokens {
		tokens = append(tokens, i18n.T(ctx, "export.token", "name", t.Name, "when", x.local(t.CreatedAt)))
	}
	return export.Entry{Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "export.email"), Value: d.Email},
		{Label: i18n.T(ctx, "export.since"), Value: i18n.DateTime(ctx, x.local(d.CreatedAt))},
		{Label: i18n.T(ctx, "export.password"), Value: password},
		{Label: i18n.T(ctx, "export.sessions"), Values: sessions},
		{Label: i18n.T(ctx, "export.tokens"), Values: tokens},
	}}
}

// local is a time as clocks show it at the viewer's hub.
func (x *exporter) local(t time.Time) time.Time { return community.At(t).In(x.zone) }

type ownProfileData struct {
	ID community.MemberID `json:"id"`
	community.ProfileDraft
	Hub            community.HubID        `json:"hub"`
	Enterprise     community.EnterpriseID `json:"enterprise"`
	EnterpriseName string                 `json:"enterpriseName"`
	HostOf         []community.HubID      `json:"hostOf"`
	Steward        bool                   `json:"steward"`
	Language       string                 `json:"language"` // of pages and letters
	Silenced       []community.NoticeKind `json:"silenced"`
	Digest         community.DigestChoice `json:"digest"` // when letters tell of what was missed
	JoinedAt       time.Time              `json:"joinedAt"`
}

func (d ownProfileData) entry(ctx context.Context, x *exporter) export.Entry {
	rows := []components.SummaryRow{{Label: i18n.T(ctx, "profile.name"), Value: d.Name}}
	for _, f := range community.Fields {
		label := i18n.T(ctx, "export.seen-by", "field", i18n.T(ctx, "words.field-"+string(f)), "audience", i18n.T(ctx, "words.audience-"+string(d.Shown[f])))
		row := d.fieldRow(ctx, x, f)
		row.Label = label
		rows = append(rows, row)
	}
	rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "profile.room"), Value: i18n.Num(ctx, d.RoomInWeek)},
		components.SummaryRow{Label: i18n.T(ctx, "export.since"), Value: i18n.DateTime(ctx, x.local(d.JoinedAt))},
		components.SummaryRow{Label: i18n.T(ctx, "export.language"), Value: i18n.LanguageName(ctx, d.Language)})
	rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "settings.letters"), Value: i18n.T(ctx, "settings.letters-"+string(d.Digest), "hours", int(community.DigestAfter.Hours()))})
	if d.MatchingOff {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "profile.matching-off"), Value: i18n.T(ctx, "export.yes")})
	}
	if d.Steward {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "export.steward"), Value: i18n.T(ctx, "export.yes")})
	}
	if len(d.HostOf) > 0 {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "export.host-of"), Values: x.hubList(d.HostOf)})
	}
	if len(d.Silenced) > 0 {
		var kinds []string
		for _, k := range d.Silenced {
			kinds = append(kinds, i18n.T(ctx, "words.notice-"+string(k)))
		}
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "export.silenced"), Values: kinds})
	}
	return export.Entry{Rows: rows}
}

// fieldRow is the value of one field of a profile.
func (d ownProfileData) fieldRow(ctx context.Context, x *exporter, f community.Field) (row components.SummaryRow) {
	switch f {
	case community.FieldPronouns:
		row.Value = d.Pronouns
	case community.FieldAbout:
		row.Value = strings.TrimSpace(d.Headline + "\n" + d.About)
	case community.FieldOffers:
		for _, grasp := range []struct {
			label  string
			skills []community.SkillID
		}{{"people.can-do", d.Offers}, {"people.lived", d.Lived}, {"people.learning", d.Learning}} {
			if len(grasp.skills) > 0 {
				row.Values = append(row.Values, i18n.T(ctx, grasp.label)+": "+i18n.List(ctx, x.skillNames(ctx, grasp.skills)))
			}
		}
	case community.FieldNeeds:
		row.Values = x.skillNames(ctx, d.Needs)
	case community.FieldCauses:
		for _, c := range d.Causes {
			row.Values = append(row.Values, i18n.T(ctx, "words.cause-"+strconv.Itoa(int(c))))
		}
	case community.FieldLanguages:
		for _, l := range d.Languages {
			row.Values = append(row.Values, i18n.LanguageName(ctx, l))
		}
	case community.FieldHub:
		row.Value = x.hubs.name(d.Hub)
	case community.FieldHours:
		if d.HoursPerWeek > 0 {
			row.Value = i18n.Num(ctx, d.HoursPerWeek)
		}
	case community.FieldStage:
		row.Value = i18n.T(ctx, "words.stage-"+strconv.Itoa(int(d.Stage)))
	case community.FieldEnterprise:
		row.Value = d.EnterpriseName
	}
	return row
}

func (x *exporter) skillNames(ctx context.Context, ids []community.SkillID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = x.network.Skills.Name(id, i18n.Lang(ctx))
	}
	return names
}

func (x *exporter) hubList(ids []community.HubID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = x.hubs.name(id)
	}
	return names
}

type ownEnterpriseData struct {
	ID community.EnterpriseID `json:"id"`
	community.EnterpriseDraft
	Roles []ownRoleData `json:"roles"`
}

type ownRoleData struct {
	Title string     `json:"title"`
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until"`
}

func (d ownEnterpriseData) entry(ctx context.Context, x *exporter) export.Entry {
	var roles []string
	for _, r := range d.Roles {
		when := i18n.T(ctx, "export.part-from", "when", x.local(r.Since))
		if r.Until != nil {
			when = i18n.T(ctx, "export.part-until", "when", x.local(r.Since), "end", x.local(*r.Until))
		}
		roles = append(roles, strings.TrimSpace(r.Title+" "+when))
	}
	return export.Entry{Title: d.Name, Text: joined(d.Headline, d.About, d.Website),
		Rows: []components.SummaryRow{{Label: i18n.T(ctx, "export.your-part"), Values: roles}}}
}

// joined are the paragraphs that are not empty.
func joined(texts ...string) string {
	var said []string
	for _, t := range texts {
		if t != "" {
			said = append(said, t)
		}
	}
	return strings.Join(said, "\n\n")
}

type ownPostingData struct {
	ID       community.PostingID   `json:"id"`
	Kind     community.PostingKind `json:"kind"`
	Hub      community.HubID       `json:"hub"`
	Title    string                `json:"title"`
	Text     string                `json:"text"`
	Skills   []community.SkillID   `json:"skills"`
	Closed   bool                  `json:"closed"`
	PostedAt time.Time             `json:"postedAt"`
}

func (d ownPostingData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.Title, At: x.local(d.PostedAt), Text: d.Text, Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "words.kind-"+string(d.Kind)), Value: x.hubs.name(d.Hub)}}}
	if len(d.Skills) > 0 {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "words.field-needs"), Values: x.skillNames(ctx, d.Skills)})
	}
	if d.Closed {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.closed"), Value: i18n.T(ctx, "export.yes")})
	}
	return e
}

type ownIntroductionData struct {
	ID         community.IntroductionID    `json:"id"`
	With       personData                  `json:"with"`
	AskedByYou bool                        `json:"askedByYou"`
	Words      string                      `json:"words"`
	State      community.IntroductionState `json:"state"` // of those that one asked for: asked or accepted
	AskedAt    time.Time                   `json:"askedAt"`
}

func (d ownIntroductionData) entry(ctx context.Context, x *exporter) export.Entry {
	say := "export.asked-you"
	if d.AskedByYou {
		say = "export.you-asked"
	}
	return export.Entry{Title: i18n.T(ctx, say, "name", nameOrLeft(ctx, d.With.Name)), At: x.local(d.AskedAt), Text: d.Words,
		Rows: []components.SummaryRow{{Label: i18n.T(ctx, "export.state"), Value: i18n.T(ctx, "export.state-"+string(d.State))}}}
}

// nameOrLeft is a name, or what stands for somebody who left.
func nameOrLeft(ctx context.Context, name string) string {
	return cmp.Or(name, i18n.T(ctx, "conversations.somebody-who-left"))
}

type ownPersonData struct {
	personData
}

func (d ownPersonData) entry(ctx context.Context, _ *exporter) export.Entry {
	return export.Entry{Title: nameOrLeft(ctx, d.Name)}
}

type ownTalkData struct {
	ID       community.ConversationID `json:"id"`
	Title    string                   `json:"title"`
	Members  []personData             `json:"members"`
	About    string                   `json:"about"`
	OpenedAt time.Time                `json:"openedAt"`
	Read     int64                    `json:"read"`             // seq up to which one has read
	Closed   bool                     `json:"closed,omitempty"` // one left, or no longer reads it: only what one wrote is here
}

func (d ownTalkData) entry(ctx context.Context, x *exporter) export.Entry {
	if d.Closed {
		return export.Entry{Title: i18n.T(ctx, "export.talk-closed"), At: x.local(d.OpenedAt)}
	}
	return export.Entry{Title: talkTitle(ctx, d.Title, d.Members, x.viewer.ID), At: x.local(d.OpenedAt), Text: d.About}
}

// talkTitle is the title of a conversation, else the others in it.
func talkTitle(ctx context.Context, title string, members []personData, viewer community.MemberID) string {
	var others []string
	for _, m := range members {
		if m.ID != viewer {
			others = append(others, nameOrLeft(ctx, m.Name))
		}
	}
	return cmp.Or(title, i18n.List(ctx, others))
}

type ownMessageData struct {
	messageData
	talk []personData // of the conversation that it begins; nil for the others
}

func (d ownMessageData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: nameOrLeft(ctx, d.From.Name), At: x.local(d.SentAt), Text: d.Body}
	if d.Kind != "message" {
		e.Rows = []components.SummaryRow{{Label: i18n.T(ctx, "export.entry-"+d.Kind), Value: i18n.Num(ctx, int(d.Target))}}
	}
	if d.Kind == string(community.EntryReaction) && d.Body != "" {
		e.Text = i18n.T(ctx, "conversations.reaction-"+d.Body)
	}
	if d.talk != nil {
		e.Group = talkTitle(ctx, "", d.talk, x.viewer.ID)
	}
	return e
}

// ownEarlierData is what a message of one's own said before it was changed.
type ownEarlierData struct {
	Conversation community.ConversationID `json:"conversation"`
	Seq          int64                    `json:"seq"`
	Body         string                   `json:"body"`
	Until        time.Time                `json:"until"`
	WipedAt      time.Time                `json:"wipedAt"`
}

func (d ownEarlierData) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: i18n.T(ctx, "export.wiped-on", "when", x.local(d.WipedAt)), At: x.local(d.Until), Text: d.Body}
}

type ownEventData struct {
	ID community.EventID `json:"id"`
	community.EventDraft
	Announced  bool                 `json:"announced"` // by oneself, as a host
	Attendance community.Attendance `json:"attendance"`
}

func (d ownEventData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.Title, Rows: []components.SummaryRow{
		{Label: x.hubs.name(d.Hub), Value: d.Date + ", " + d.From},
		{Label: i18n.T(ctx, "export.attendance"), Value: i18n.T(ctx, "export.attendance-"+string(d.Attendance))}}}
	if d.Announced {
		e.Text = d.Text
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.announced"), Value: i18n.T(ctx, "export.yes")})
	}
	return e
}

type ownProgrammeData struct {
	ID community.ProgrammeID `json:"id"`
	community.ProgrammeDraft
	PostedAt time.Time `json:"postedAt"`
}

func (d ownProgrammeData) entry(_ context.Context, x *exporter) export.Entry {
	return export.Entry{Title: d.Title, At: x.local(d.PostedAt), Text: joined(append([]string{d.Summary, d.ForWhom, d.Text}, d.Questions...)...)}
}

type ownApplicationData struct {
	Programme      community.ProgrammeID      `json:"programme"`
	ProgrammeTitle string                     `json:"programmeTitle"`
	Number         int                        `json:"number"`
	Name           string                     `json:"name"`
	Reach          string                     `json:"reach"`
	Answers        []answeredQuestion         `json:"answers"`
	Hide           []string                   `json:"hide"`   // further words to hide from those who decide
	Helper         string                     `json:"helper"` // who applied together with one, and how one agreed
	HelperHow      string                     `json:"helperHow"`
	SignedIn       []time.Time                `json:"signedIn"` // when a member was signed in who helped to write it
	State          community.ApplicationState `json:"state"`
	Reason         string                     `json:"reason"`
	Row            string                     `json:"row"`   // in the public list of the draw
	Place          int                        `json:"place"` // in the order drawn; 0 for none
	SentAt         time.Time                  `json:"sentAt"`
	Declared       *ownDeclarationData        `json:"declared"` // with it, where it stays beside what one declared as a member
	DeclaredUses   []usedData                 `json:"declaredUses"`
}

func (d ownApplicationData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.ProgrammeTitle, At: x.local(d.SentAt), Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "export.number"), Value: i18n.Num(ctx, d.Number)},
		{Label: i18n.T(ctx, "export.name-given"), Value: d.Name},
		{Label: i18n.T(ctx, "export.reach"), Value: d.Reach}}}
	if d.Helper != "" {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "applications.field-helper"), Value: d.Helper},
			components.SummaryRow{Label: i18n.T(ctx, "applications.field-helper-how"), Value: d.HelperHow})
	}
	for _, a := range d.Answers {
		e.Rows = append(e.Rows, components.SummaryRow{Label: a.Question, Value: a.Answer})
	}
	for _, at := range d.SignedIn {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "applications.held-signed-in"), Value: i18n.DateTime(ctx, x.local(at))})
	}
	e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.decision"), Value: i18n.T(ctx, "applications.state-"+string(d.State))})
	if d.Reason != "" {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.reason"), Value: d.Reason})
	}
	if d.Row != "" {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "applications.draw-row"), Value: d.Row})
	}
	if d.Declared != nil {
		if d.Declared.Closed {
			e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "declarations.title"), Value: i18n.T(ctx, "declarations.withheld")})
		} else {
			e.Rows = append(e.Rows, declaredRows(ctx, *d.Declared, x.zone)...)
		}
		for _, u := range d.DeclaredUses {
			used := ownUseData{u}.entry(ctx, x)
			e.Rows = append(e.Rows, components.SummaryRow{Label: used.Title, Value: i18n.DateTime(ctx, used.At) + " " + used.Text})
		}
	}
	return e
}

type ownJoinRequestData struct {
	ID      community.JoinRequestID `json:"id"`
	Hub     community.HubID         `json:"hub"`
	HubName string                  `json:"hubName"`
	Words   string                  `json:"words"`
	State   community.JoinState     `json:"state"`
	Answer  string                  `json:"answer"`
	AskedAt time.Time               `json:"askedAt"`
}

func (d ownJoinRequestData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.HubName, At: x.local(d.AskedAt), Text: d.Words,
		Rows: []components.SummaryRow{{Label: i18n.T(ctx, "export.state"), Value: i18n.T(ctx, "export.join-"+string(d.State))}}}
	if d.Answer != "" {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.answer"), Value: d.Answer})
	}
	return e
}

type ownNoticeData struct {
	noticeData
}

func (d ownNoticeData) entry(_ context.Context, x *exporter) export.Entry {
	return export.Entry{Title: d.Text, At: x.local(d.At)}
}

type ownReportData struct {
	ID       community.ReportID    `json:"id"`
	About    community.ReportAbout `json:"about"`
	Words    string                `json:"words"`
	Evidence string                `json:"evidence"` // what was said
	Outcome  string                `json:"outcome"`  // what was done
	At       time.Time             `json:"at"`
}

func (d ownReportData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: i18n.T(ctx, "export.report-"+string(d.About)), At: x.local(d.At), Text: d.Words}
	for _, row := range []components.SummaryRow{{Label: i18n.T(ctx, "export.evidence"), Value: d.Evidence}, {Label: i18n.T(ctx, "export.outcome"), Value: d.Outcome}} {
		if row.Value != "" {
			e.Rows = append(e.Rows, row)
		}
	}
	return e
}

type ownSkillData struct {
	ID    community.SkillID    `json:"id"`
	Names map[string]string    `json:"names"` // by language
	State community.SkillState `json:"state"`
}

func (d ownSkillData) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: x.network.Skills.Name(d.ID, i18n.Lang(ctx))}
}

type ownShowingData struct {
	At     time.Time    `json:"at"`
	People []personData `json:"people"` // best first; without those who left or are apart
}

func (d ownShowingData) entry(ctx context.Context, x *exporter) export.Entry {
	names := make([]string, len(d.People))
	for i, p := range d.People {
		names[i] = p.Name
	}
	return export.Entry{Title: i18n.List(ctx, names), At: x.local(d.At)}
}
