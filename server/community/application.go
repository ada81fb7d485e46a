package community

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"unicode"
)

// ApplicationState of an application.
type ApplicationState string

const (
	ApplicationSent     ApplicationState = "sent"
	ApplicationAccepted ApplicationState = "accepted"
	ApplicationDeclined ApplicationState = "declined"
)

// Application to a programme. The name and the way to reach the person are for after the decision; whoever decides
// reads answers under a number.
type Application struct {
	Record[ApplicationID] `bson:",inline"`
	Programme             ProgrammeID       `json:"programme"`
	Number                int               `json:"number"`
	CodeHash              string            `json:"codeHash"` // hex SHA-256 of the code; the code itself is not kept
	Name                  string            `json:"name"`
	Reach                 string            `json:"reach,omitempty"` // how to reach the person, in their words
	Member                MemberID          `json:"member,omitempty"`
	Answers               map[string]string `json:"answers"` // by question id
	State                 ApplicationState  `json:"state"`
	Reason                string            `json:"reason,omitempty"` // of the decision, for the applicant
	SentAt                Instant           `json:"sentAt"`
	DecideBy              Instant           `json:"decideBy"` // nobody is left waiting
	DecidedAt             Instant           `json:"decidedAt,omitempty"`
	DecidedBy             MemberID          `json:"decidedBy,omitempty"`
}

// Applications is what the domain needs of the store.
type Applications interface {
	Keeper[ApplicationID, Application]
	To(ctx context.Context, programme ProgrammeID, page Page) ([]*Application, Cursor, error) // by number
	Of(ctx context.Context, member MemberID, page Page) ([]*Application, Cursor, error)       // newest first
	ByCode(ctx context.Context, codeHash string) (*Application, error)
	DecidedBy(ctx context.Context, host MemberID, page Page) ([]*Application, Cursor, error)
	Undecided(ctx context.Context, programme ProgrammeID, page Page) ([]*Application, Cursor, error) // longest waiting first
}

// ApplicationDraft is what an applicant sends. No account, no e-mail and no proof is asked for.
type ApplicationDraft struct {
	Name    string            `json:"name"`
	Reach   string            `json:"reach"`
	Answers map[string]string `json:"answers"`         // by question id
	Nonce   string            `json:"nonce,omitempty"` // random and used for one application: what is sent twice is stored once; optional
}

// Apply sends an application and returns the code to come back with; only its digest is kept. The viewer may be nobody
// we know. Sending the same again under the same nonce returns the same code: on a bad line the first answer may never
// have arrived. Something else under a nonce that was used is a conflict.
func (n *Network) Apply(ctx context.Context, v Viewer, id ProgrammeID, d ApplicationDraft) (code string, a *Application, err error) {
	programme, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if err := Invalid(d.check(programme)); err != nil {
		return "", nil, err
	}
	code = d.code(id)
	a = &Application{Record: Record[ApplicationID]{ID: d.id(id)}, Programme: id, CodeHash: hashCode(code),
		Name: d.Name, Reach: d.Reach, Member: v.ID, Answers: d.Answers, State: ApplicationSent}
	if sent, err := n.sentAlready(ctx, a); KindOf(err) != KindNotFound {
		return code, sent, err
	}
	if programme, err = n.countIn(ctx, id); err != nil {
		return "", nil, err
	}
	a.Number, a.SentAt, a.DecideBy = programme.Received, n.Now(), programme.Starts
	err = n.Applications.Add(ctx, a)
	if KindOf(err) == KindConflict { // the same came a moment earlier by another way; our number stays unused
		a, err = n.sentAlready(ctx, a)
	}
	return code, a, err
}

// sentAlready finds the application that was sent under the same nonce; a conflict if it is not the same one.
func (n *Network) sentAlready(ctx context.Context, a *Application) (*Application, error) {
	sent, err := n.Applications.Get(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	if sent.Name != a.Name || sent.Reach != a.Reach || sent.Member != a.Member || !maps.Equal(sent.Answers, a.Answers) {
		return nil, Conflict("applications.already-sent")
	}
	return sent, nil
}

// countIn numbers the next application, if there can be one.
func (n *Network) countIn(ctx context.Context, id ProgrammeID) (*Programme, error) {
	return n.Programmes.Change(ctx, id, func(p *Programme) error {
		switch {
		case !p.OpenAt(n.Now()):
			return Conflict("programmes.closed")
		case p.Received >= ApplicationsMax:
			return TooMany("programmes.full", nil)
		}
		p.Received++
		return nil
	})
}

func (d *ApplicationDraft) check(programme *Programme) Problems {
	p := Problems{}
	d.Name, d.Reach = Line(d.Name), Line(d.Reach)
	p.need("name", d.Name, NameMax)
	p.atMost("reach", d.Reach, AddressMax)
	answers := map[string]string{}
	for _, q := range programme.Questions {
		answers[q.ID] = Paragraphs(d.Answers[q.ID])
		p.need("answers."+q.ID, answers[q.ID], AnswerMax)
	}
	d.Answers = answers
	if d.Nonce != "" && len(d.Nonce) < NonceMin {
		p["nonce"] = Problem{Say: "applications.nonce-too-short", Args: map[string]any{"min": NonceMin}}
	}
	p.atMost("nonce", d.Nonce, NonceMax)
	return p
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

// BlindApplication is an application as those who decide see it: no name, no contact, no account.
type BlindApplication struct {
	ID       ApplicationID     `json:"id"`
	Number   int               `json:"number"`
	Answers  map[string]string `json:"answers"`
	State    ApplicationState  `json:"state"`
	Reason   string            `json:"reason,omitempty"`
	SentAt   Instant           `json:"sentAt"`
	DecideBy Instant           `json:"decideBy"`
	Name     string            `json:"name,omitempty"`  // only once accepted
	Reach    string            `json:"reach,omitempty"` // only once accepted
}

func (a *Application) blind() BlindApplication {
	b := BlindApplication{ID: a.ID, Number: a.Number, Answers: a.Answers, State: a.State, Reason: a.Reason, SentAt: a.SentAt, DecideBy: a.DecideBy}
	if a.State == ApplicationAccepted {
		b.Name, b.Reach = a.Name, a.Reach
	}
	return b
}

// ApplicationsTo are a programme's applications by number, without names until they are accepted; for hosts of its hub.
func (n *Network) ApplicationsTo(ctx context.Context, v Viewer, id ProgrammeID, page Page) (*Programme, []BlindApplication, Cursor, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return nil, nil, "", err
	}
	if !v.RunsProgramme(p) {
		return nil, nil, "", NotFound("applications to %s are for its hosts", id)
	}
	found, next, err := n.Applications.To(ctx, id, page)
	blind := make([]BlindApplication, len(found))
	for i, a := range found {
		blind[i] = a.blind()
	}
	return p, blind, next, err
}

// Decide accepts an application or declines it, with a reason that the person can use; for hosts of the programme's
// hub. A decision stands: it can't be turned round later.
func (n *Network) Decide(ctx context.Context, v Viewer, id ApplicationID, accept bool, reason string) (BlindApplication, error) {
	a, err := n.Applications.Get(ctx, id)
	if err != nil {
		return BlindApplication{}, err
	}
	p, err := n.Programmes.Get(ctx, a.Programme)
	if err != nil {
		return BlindApplication{}, err
	}
	if !v.RunsProgramme(p) {
		return BlindApplication{}, NotFound("application %s is for hosts of its programme", id)
	}
	reason = Paragraphs(reason)
	problems := Problems{}
	problems.need("reason", reason, WordsMax)
	if err := Invalid(problems); err != nil {
		return BlindApplication{}, err
	}
	decided := ApplicationDeclined
	if accept {
		decided = ApplicationAccepted
	}
	a, err = n.Applications.Change(ctx, id, func(a *Application) error {
		if a.State != ApplicationSent {
			return Conflict("programmes.already-decided")
		}
		a.State, a.Reason, a.DecidedAt, a.DecidedBy = decided, reason, n.Now(), v.ID
		return nil
	})
	if err != nil {
		return BlindApplication{}, err
	}
	return a.blind(), nil
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
