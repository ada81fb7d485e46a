package community

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// ApplicationState of an application.
type ApplicationState string

const (
	ApplicationDrafted   ApplicationState = "draft" // saved under its code, and seen by nobody else
	ApplicationSent      ApplicationState = "sent"
	ApplicationOffered   ApplicationState = "offered" // a place waits for a yes
	ApplicationAccepted  ApplicationState = "accepted"
	ApplicationWaiting   ApplicationState = "waiting" // on the waiting list
	ApplicationDeclined  ApplicationState = "declined"
	ApplicationWithdrawn ApplicationState = "withdrawn" // by who applied
	ApplicationLapsed    ApplicationState = "lapsed"    // a place was offered and not answered in time
)

// Helper is somebody who applied together with the person, and how the person agreed. The person has the code.
type Helper struct {
	Name string  `json:"name,omitempty"`
	How  string  `json:"how,omitempty"` // how the person agreed, in the helper's words
	At   Instant `json:"at,omitempty"`
}

// Application to a programme. The name and the way to reach the person are for after the vote; whoever decides reads
// answers under a number, and without what would say who wrote them.
type Application struct {
	Record[ApplicationID] `bson:",inline"`
	Programme             ProgrammeID       `json:"programme"`
	Number                int               `json:"number"`   // 0 for a draft
	CodeHash              string            `json:"codeHash"` // hex SHA-256 of the code; the code itself is not kept
	Name                  string            `json:"name"`
	Reach                 string            `json:"reach,omitempty"` // how to reach the person, in their words
	Member                MemberID          `json:"member,omitempty"`
	Helper                Helper            `json:"helper,omitzero"`
	Hide                  []string          `json:"hide,omitempty"` // further words that would say who it is
	Answers               map[string]string `json:"answers"`        // by question id
	State                 ApplicationState  `json:"state"`
	Reason                string            `json:"reason,omitempty"` // of a decision by one host, before votes
	SentAt                Instant           `json:"sentAt"`
	DecideBy              Instant           `json:"decideBy"` // nobody is left waiting
	DecidedAt             Instant           `json:"decidedAt,omitempty"`
	DecidedBy             MemberID          `json:"decidedBy,omitempty"` // likewise from before votes
}

// Assisted tells whether a helper applied together with the person.
func (a *Application) Assisted() bool { return a.Helper.Name != "" }

// Applications is what the domain needs of the store.
type Applications interface {
	Keeper[ApplicationID, Application]
	To(ctx context.Context, programme ProgrammeID, page Page) ([]*Application, Cursor, error) // by number, drafts first
	Of(ctx context.Context, member MemberID, page Page) ([]*Application, Cursor, error)       // newest first
	ByCode(ctx context.Context, codeHash string) (*Application, error)
	DecidedBy(ctx context.Context, host MemberID, page Page) ([]*Application, Cursor, error)
	Undecided(ctx context.Context, programme ProgrammeID, page Page) ([]*Application, Cursor, error) // longest waiting first
}

// ApplicationDraft is what an applicant sends or saves. No account, no e-mail and no proof is asked for.
type ApplicationDraft struct {
	Name      string            `json:"name"`
	Reach     string            `json:"reach"`
	Answers   map[string]string `json:"answers"` // by question id
	Helper    string            `json:"helper"`  // name of somebody who applies together with the person
	HelperHow string            `json:"helperHow"`
	Agreed    bool              `json:"agreed"` // the helper says that the person agreed, and has the code
	Hide      string            `json:"hide"`   // further words to hide, with commas between
	// Declaration is for somebody without an account, and opens by the code; empty to declare nothing. A member declares for themselves.
	Declaration DeclarationDraft `json:"declaration,omitzero"`
	Do          string           `json:"do,omitempty"`    // "save" keeps it under its code; anything else sends it
	Nonce       string           `json:"nonce,omitempty"` // random and used for one application: what is sent twice is stored once; optional
}

// ApplicationSave is the Do of a draft that is only kept.
const ApplicationSave = "save"

// Apply sends an application, or keeps a draft of one, and returns the code to come back with; only its digest is kept.
// The viewer may be nobody we know. Sending the same again under the same nonce returns the same code: on a bad line the
// first answer may never have arrived. Something else under a nonce that was used is a conflict.
func (n *Network) Apply(ctx context.Context, v Viewer, id ProgrammeID, d ApplicationDraft) (code string, a *Application, err error) {
	programme, err := n.Programme(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if err := Invalid(d.check(programme)); err != nil {
		return "", nil, err
	}
	if err := n.mayDeclare(v, d.Declaration); err != nil {
		return "", nil, err
	}
	code = d.code(id)
	a = &Application{Record: Record[ApplicationID]{ID: d.id(id)}, Programme: id, CodeHash: hashCode(code)}
	d.write(a, v, n.Now())
	sent, err := n.sentAlready(ctx, a)
	if err == nil {
		return code, sent, n.declareWith(ctx, sent, d.Declaration)
	}
	if KindOf(err) != KindNotFound {
		return code, nil, err
	}
	if a.State == ApplicationDrafted {
		if !programme.OpenAt(n.Now()) {
			return "", nil, Conflict("programmes.closed")
		}
		a.DecideBy = programme.AnswerBy
	} else if err := n.countIn(ctx, a); err != nil {
		return "", nil, err
	}
	if err := n.noteCompanion(ctx, v, a); err != nil {
		return "", nil, err
	}
	err = n.Applications.Add(ctx, a)
	if KindOf(err) == KindConflict { // the same came a moment earlier by another way; our number stays unused
		a, err = n.sentAlready(ctx, a)
	}
	if err != nil {
		return code, a, err
	}
	return code, a, n.declareWith(ctx, a, d.Declaration)
}

// ContinueApplication changes a draft, or sends it, for who has its code. What was sent stays as it was sent.
func (n *Network) ContinueApplication(ctx context.Context, v Viewer, code string, d ApplicationDraft) (*Application, error) {
	a, p, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	switch {
	case a.State != ApplicationDrafted:
		return nil, Conflict("applications.sent-stands")
	case !p.OpenAt(n.Now()):
		return nil, Conflict("programmes.closed")
	}
	if err := Invalid(d.check(p)); err != nil {
		return nil, err
	}
	written := *a
	if d.write(&written, v, n.Now()); written.State == ApplicationSent {
		if err := n.countIn(ctx, &written); err != nil {
			return nil, err
		}
	}
	if err := n.noteCompanion(ctx, v, &written); err != nil {
		return nil, err
	}
	a, err = n.Applications.Change(ctx, a.ID, func(a *Application) error {
		if a.State != ApplicationDrafted {
			return Conflict("applications.sent-stands")
		}
		stamp := a.Stamp
		*a = written
		a.Stamp = stamp
		return nil
	})
	if err != nil || a.Member == "" {
		return a, err
	}
	return a, n.carryDeclarations(ctx, a.Member)
}

// WithdrawApplication takes an application back for who has its code, in whatever state; a place that it holds goes to the next.
func (n *Network) WithdrawApplication(ctx context.Context, v Viewer, code string) (*Application, error) {
	a, p, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	if p.Frozen() {
		return n.AnswerOffer(ctx, v, code, false)
	}
	return n.Applications.Change(ctx, a.ID, func(a *Application) error {
		if a.State != ApplicationDrafted && a.State != ApplicationSent {
			return ErrUnchanged
		}
		a.State = ApplicationWithdrawn
		return nil
	})
}

// sentAlready finds the application that was sent under the same nonce; a conflict if it is not the same one.
func (n *Network) sentAlready(ctx context.Context, a *Application) (*Application, error) {
	sent, err := n.Applications.Get(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	if sent.Name != a.Name || sent.Reach != a.Reach || sent.Member != a.Member || sent.Helper.Name != a.Helper.Name || !maps.Equal(sent.Answers, a.Answers) ||
		sent.State == ApplicationDrafted != (a.State == ApplicationDrafted) {
		return nil, Conflict("applications.already-sent")
	}
	return sent, nil
}

// countIn counts the application in, if there can be one more.
func (n *Network) countIn(ctx context.Context, a *Application) error {
	p, err := n.Programmes.Change(ctx, a.Programme, func(p *Programme) error {
		switch {
		case !p.OpenAt(n.Now()):
			return Conflict("programmes.closed")
		case p.Received >= ApplicationsMax:
			return TooMany("programmes.full", nil)
		}
		p.Received++
		return nil
	})
	if err == nil {
		a.Number, a.DecideBy = p.Received, p.AnswerBy
	}
	return err
}

// check cleans the draft and finds what is missing. A draft that is only kept needs no more than a name.
func (d *ApplicationDraft) check(programme *Programme) Problems {
	p := Problems{}
	d.Name, d.Reach, d.Helper, d.HelperHow, d.Hide = Line(d.Name), Line(d.Reach), Line(d.Helper), Line(d.HelperHow), Line(d.Hide)
	p.need("name", d.Name, NameMax)
	p.atMost("reach", d.Reach, AddressMax)
	p.atMost("helper", d.Helper, NameMax)
	p.atMost("helperHow", d.HelperHow, AddressMax)
	p.atMost("hide", d.Hide, AddressMax)
	if len(splitWords(d.Hide)) > HideMax {
		p["hide"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": HideMax}}
	}
	if d.Helper != "" && !d.Agreed && d.Do != ApplicationSave {
		p["agreed"] = Problem{Say: "applications.agreed-needed"}
	}
	answers := map[string]string{}
	for _, q := range programme.Questions {
		answers[q.ID] = Paragraphs(d.Answers[q.ID])
		if d.Do == ApplicationSave {
			p.atMost("answers."+q.ID, answers[q.ID], AnswerMax)
		} else {
			p.need("answers."+q.ID, answers[q.ID], AnswerMax)
		}
	}
	d.Answers = answers
	if !d.Declaration.Empty() {
		for field, problem := range d.Declaration.Check() {
			p["declaration."+field] = problem
		}
	}
	if d.Nonce != "" && len(d.Nonce) < NonceMin {
		p["nonce"] = Problem{Say: "applications.nonce-too-short", Args: map[string]any{"min": NonceMin}}
	}
	p.atMost("nonce", d.Nonce, NonceMax)
	return p
}

// write puts the draft into the application. One that a helper applies with belongs to the person with the code, and to
// nobody's account.
func (d *ApplicationDraft) write(a *Application, v Viewer, now Instant) {
	a.Name, a.Reach, a.Answers, a.Hide = d.Name, d.Reach, d.Answers, splitWords(d.Hide)
	a.Helper = Helper{}
	switch {
	case d.Helper != "":
		a.Helper, a.Member = Helper{Name: d.Helper, How: d.HelperHow, At: now}, ""
	case v.Known():
		a.Member = v.ID
	}
	if a.State = ApplicationSent; d.Do == ApplicationSave {
		a.State = ApplicationDrafted
		return
	}
	a.SentAt = now
}

// ApplicationDraftOf is the form of a draft as it is now.
func ApplicationDraftOf(a *Application) ApplicationDraft {
	return ApplicationDraft{Name: a.Name, Reach: a.Reach, Answers: a.Answers, Helper: a.Helper.Name, HelperHow: a.Helper.How, Agreed: a.Helper.Name != "",
		Hide: strings.Join(a.Hide, ", ")}
}

func splitWords(list string) (words []string) {
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == '،' || r == ';' }) {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// NewNonce makes the nonce of a form that is about to be filled in.
func NewNonce() string { return NewID[string]() }

// id is the same for what is sent again, and nobody can tell the nonce from it.
func (d *ApplicationDraft) id(programme ProgrammeID) ApplicationID {
	if d.Nonce == "" {
		return NewID[ApplicationID]()
	}
	return ApplicationID(string(programme) + "~" + hex.EncodeToString(d.digest("id", programme)[:idBytes]))
}

// code is the same for what is sent again. Its digest is another than the id's, because hosts see the id.
func (d *ApplicationDraft) code(programme ProgrammeID) string {
	if d.Nonce == "" {
		return formatCode(NewID[string]())
	}
	return formatCode(idLetters.EncodeToString(d.digest("code", programme)[:idBytes]))
}

func (d *ApplicationDraft) digest(use string, programme ProgrammeID) []byte {
	sum := sha256.Sum256([]byte(use + " " + string(programme) + " " + d.Nonce))
	return sum[:]
}

// formatCode writes 16 letters of an id (80 bits, none that look alike on paper) in four groups.
func formatCode(id string) string {
	letters := strings.ToUpper(id)
	return strings.Join([]string{letters[:4], letters[4:8], letters[8:12], letters[12:]}, "-")
}

// ApplicationByCode is an applicant's own application. A wrong code is not found.
func (n *Network) ApplicationByCode(ctx context.Context, code string) (*Application, *Programme, error) {
	a, err := n.Applications.ByCode(ctx, hashCode(code))
	if err != nil {
		return nil, nil, err
	}
	p, err := n.Programmes.Get(ctx, a.Programme)
	return a, p, err
}

// ApplicationsOf are the viewer's own, newest first: those that were sent while signed in.
func (n *Network) ApplicationsOf(ctx context.Context, v Viewer, page Page) ([]*Application, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Applications.Of(ctx, v.ID, page)
}

// BlindApplication is an application as those who decide see it: no name, no contact, no account, and answers without
// what would say who wrote them.
type BlindApplication struct {
	ID       ApplicationID     `json:"id"`
	Number   int               `json:"number"`
	Answers  map[string]string `json:"answers"`
	SentAt   Instant           `json:"sentAt"`
	DecideBy Instant           `json:"decideBy"`
}

// blind is the application as reviewers read it. Who applied is shown it too, before and after sending.
func (n *Network) blind(ctx context.Context, a *Application, p *Programme) (BlindApplication, error) {
	names, hub, err := n.tellingWords(ctx, a, p)
	if err != nil {
		return BlindApplication{}, err
	}
	b := BlindApplication{ID: a.ID, Number: a.Number, Answers: map[string]string{}, SentAt: a.SentAt, DecideBy: a.DecideBy}
	for id, text := range a.Answers {
		b.Answers[id] = a.masked(text, names, hub)
	}
	return b, nil
}

// tellingWords are what accounts say that would tell who applied: the name of the member there, the names of those who act for
// them, did, or had a part in this application, and the member's hub, where it is another than the programme's.
func (n *Network) tellingWords(ctx context.Context, a *Application, p *Programme) (names []string, hub string, err error) {
	var people []MemberID
	if a.Member != "" {
		people = append(people, a.Member)
		err = throughout(func(p Page) ([]*Assistance, Cursor, error) { return n.Assistances.Of(ctx, a.Member, p) },
			func(help *Assistance) { people = append(people, help.Helper) })
		if err != nil {
			return nil, "", err
		}
	}
	err = throughout(func(p Page) ([]*Companion, Cursor, error) { return n.Companions.Of(ctx, a.ID, p) },
		func(c *Companion) { people = append(people, c.Member) })
	if err != nil {
		return nil, "", err
	}
	found, err := n.Members.Many(ctx, people)
	if err != nil {
		return nil, "", err
	}
	for _, m := range found {
		if m != nil {
			names = append(names, m.Name)
		}
	}
	if a.Member == "" {
		return names, "", nil
	}
	if m := found[0]; m != nil && m.Hub != "" && m.Hub != p.Hub {
		h, err := n.Hubs.Get(ctx, m.Hub)
		if ignoreMissing(err) != nil {
			return nil, "", err
		}
		if err == nil {
			hub = h.Name
		}
	}
	return names, hub, nil
}

// AsReviewersRead shows an applicant what those who decide read of theirs.
func (n *Network) AsReviewersRead(ctx context.Context, _ Viewer, a *Application, p *Programme) (map[string]string, error) {
	b, err := n.blind(ctx, a, p)
	return b.Answers, err
}

// Reviews tells whether the viewer is one of those who decide.
func (v Viewer) Reviews(p *Programme) bool { return v.Known() && slices.Contains(p.Reviewers, v.ID) }

// readable are the applications that take part: sent, and not taken back.
func readable(a *Application) bool {
	return a.State != ApplicationDrafted && a.State != ApplicationWithdrawn
}

// ApplicationsTo are a programme's applications by number, without names; for those who decide and for hosts of its hub.
func (n *Network) ApplicationsTo(ctx context.Context, v Viewer, id ProgrammeID, page Page) (*Programme, []BlindApplication, Cursor, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return nil, nil, "", err
	}
	if !v.RunsProgramme(p) && !v.Reviews(p) {
		return nil, nil, "", NotFound("applications to %s are for those who decide", id)
	}
	conflicts, err := n.conflictsOf(ctx, v, id)
	if err != nil {
		return nil, nil, "", err
	}
	read := func(page Page) ([]*Application, Cursor, error) { return n.Applications.To(ctx, id, page) }
	found, next, err := visible(page, read, func(a *Application) bool {
		return !readable(a) || conflicts(a)
	})
	if err != nil {
		return nil, nil, "", err
	}
	blind := make([]BlindApplication, len(found))
	for i, a := range found {
		if blind[i], err = n.blind(ctx, a, p); err != nil {
			return nil, nil, "", err
		}
	}
	return p, blind, next, nil
}

// hashCode reads a code as people type it: any case, with whatever dashes and spaces, O for 0 and I or L for 1.
func hashCode(code string) string {
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, strings.ToLower(code))
	sum := sha256.Sum256([]byte(strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(plain)))
	return hex.EncodeToString(sum[:])
}
