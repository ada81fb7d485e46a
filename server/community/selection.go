package community

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Selection is how the places of a programme are given: the commitments, the frozen list, the draw, and who holds what.
// All of it is decided on this one record, so that no two of them can disagree.
type Selection struct {
	Record[ProgrammeID] `bson:",inline"`
	Round               int          `json:"round"`
	House               string       `json:"house"` // the program's own value of this round; shown last
	Commits             []DrawCommit `json:"commits,omitempty"`
	CommitBy            Instant      `json:"commitBy,omitempty"` // of a later round
	ShowBy              Instant      `json:"showBy,omitempty"`   // 0 while people commit
	Past                []DrawRound  `json:"past,omitempty"`     // void rounds
	FrozenAt            Instant      `json:"frozenAt,omitempty"`
	Places              int          `json:"places,omitempty"`
	Reserved            int          `json:"reserved,omitempty"`
	Salt                string       `json:"salt,omitempty"`
	Secret              string       `json:"secret,omitempty"` // salts of hidden leaves are made from it
	Rows                []Standing   `json:"rows,omitempty"`   // by row
	FitsLeaves          []string     `json:"fitsLeaves,omitempty"`
	EligibleLeaves      []string     `json:"eligibleLeaves,omitempty"` // who may have a place; empty where nobody was asked
	ResultLeaves        []string     `json:"resultLeaves,omitempty"`
	Last                *DrawRound   `json:"last,omitempty"` // the round that decided
	Seed                string       `json:"seed,omitempty"`
	Order               []string     `json:"order,omitempty"`
	DrawnAt             Instant      `json:"drawnAt,omitempty"`
	Report              []StageCount `json:"report,omitempty"`
	ReportDone          bool         `json:"reportDone,omitempty"` // the last stage stands
	Reports             bool         `json:"reports,omitempty"`    // so many applied that its figures are a report of its own
}

// DrawCommit is one person's commitment, and their value once they showed it.
type DrawCommit struct {
	Member     MemberID `json:"member,omitempty"`
	Commitment string   `json:"commitment"`
	At         Instant  `json:"at"`
	Value      string   `json:"value,omitempty"`
}

// Standing is what became of one application.
type Standing struct {
	Application ApplicationID    `json:"application"`
	Row         string           `json:"row"`
	Tier        int              `json:"tier"`
	State       ApplicationState `json:"state"` // offered, accepted, waiting, declined, lapsed or withdrawn; sent before the draw
	AnswerBy    Instant          `json:"answerBy,omitempty"`
}

// holds tells whether the application takes a place.
func (s *Standing) holds() bool {
	return s.State == ApplicationOffered || s.State == ApplicationAccepted
}

// Selections is what the domain needs of the store.
type Selections interface {
	Keeper[ProgrammeID, Selection]
}

const (
	// ShowWithin is how long people have to show what they committed to, and to commit anew when too few did.
	ShowWithin = 48 * time.Hour
	// OfferWithin is how long a place waits for a yes before it goes to the next.
	OfferWithin = 7 * 24 * time.Hour
)

// beginSelection keeps the program's own value, before anybody can know who applies. It may be repeated.
func (n *Network) beginSelection(ctx context.Context, id ProgrammeID) error {
	err := n.Selections.Add(ctx, &Selection{Record: Record[ProgrammeID]{ID: id}, Round: 1, House: houseValue()})
	if KindOf(err) == KindConflict {
		return nil
	}
	return err
}

func houseValue() string { return NewID[string]() + NewID[string]() }

// selectionFor is how far the selection is, for those who lead it and those who decide; what it holds of persons stays here.
func (n *Network) selectionFor(ctx context.Context, v Viewer, id ProgrammeID) (*Programme, *Selection, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if !v.RunsProgramme(p) && !v.Reviews(p) {
		return nil, nil, NotFound("the selection of %s is for those who decide", id)
	}
	if err := n.beginSelection(ctx, id); err != nil { // of a programme that is older than drawing
		return nil, nil, err
	}
	s, err := n.Selections.Get(ctx, id)
	return p, s, err
}

// committing tells whether commitments are taken now.
func (s *Selection) committing() bool { return s.ShowBy == 0 && s.Seed == "" }

var commitmentShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// CommitToDraw takes a commitment of one of those who decide, or of a host. A value is forgotten as soon as it is hashed;
// who wants nobody to see it before sends the commitment itself, made elsewhere.
func (n *Network) CommitToDraw(ctx context.Context, v Viewer, id ProgrammeID, value string) error {
	p, _, err := n.selectionFor(ctx, v, id)
	if err != nil {
		return err
	}
	value = Line(value)
	commitment := strings.ToLower(value)
	if !commitmentShape.MatchString(commitment) {
		if utf8.RuneCountInString(value) < DrawValueMin || utf8.RuneCountInString(value) > SummaryMax {
			return Invalid(Problems{"value": {Say: "draws.value-length", Args: map[string]any{"min": DrawValueMin, "max": SummaryMax}}})
		}
		commitment = CommitmentOf(value)
	}
	_, err = n.Selections.Change(ctx, id, func(s *Selection) error {
		if !s.committing() || p.State == ProgrammeDrafted {
			return Conflict("draws.too-late-to-commit")
		}
		for i := range s.Commits {
			if c := &s.Commits[i]; c.Member == v.ID {
				c.Commitment, c.At = commitment, n.Now()
				return nil
			}
		}
		if len(s.Commits) >= ReviewersMax {
			return TooMany("draws.enough-commitments", map[string]any{"max": ReviewersMax})
		}
		s.Commits = append(s.Commits, DrawCommit{Member: v.ID, Commitment: commitment, At: n.Now()})
		return nil
	})
	if err != nil {
		return err
	}
	return n.logTo(ctx, id, LogCommitted)
}

// ShowDrawValue shows the value behind one's commitment, once the list is frozen. When everybody has, the draw is made.
func (n *Network) ShowDrawValue(ctx context.Context, v Viewer, id ProgrammeID, value string) error {
	if _, _, err := n.selectionFor(ctx, v, id); err != nil {
		return err
	}
	value = Line(value)
	_, err := n.Selections.Change(ctx, id, func(s *Selection) error {
		at := slices.IndexFunc(s.Commits, func(c DrawCommit) bool { return c.Member == v.ID })
		switch {
		case at < 0:
			return NotFound("%s committed to nothing in the draw of %s", v.ID, id)
		case s.committing() || s.Seed != "":
			return Conflict("draws.not-the-time-to-show")
		case CommitmentOf(value) != s.Commits[at].Commitment:
			return Invalid(Problems{"value": {Say: "draws.another-value"}})
		case s.Commits[at].Value == value:
			return ErrUnchanged
		}
		s.Commits[at].Value = value
		return nil
	})
	if err != nil {
		return err
	}
	return n.conclude(ctx, id)
}

// Freeze closes the vote: from here on no application, score, criterion or reviewer changes, and the digest of the list is
// public. It needs every review, and the commitments of two people. Hosts may ask for it; the last day for reading does.
func (n *Network) Freeze(ctx context.Context, v Viewer, id ProgrammeID) error {
	p, _, err := n.selectionFor(ctx, v, id)
	if err != nil {
		return err
	}
	if !v.RunsProgramme(p) {
		return Forbidden("programmes.only-hosts")
	}
	if p.Frozen() {
		return nil
	}
	err = n.freeze(ctx, p)
	switch {
	case err == ErrTooFewToAsk:
		return n.refuseOpenly(ctx, id, LogFewRefused, err)
	case err == ErrWithheld:
		return err // nobody's doing
	case KindOf(err) == KindConflict:
		return n.refuseOpenly(ctx, id, LogDrawRefused, err)
	}
	return err
}

// freeze asks what people declared only once everything else is there, so that nobody is asked for a freezing that fails.
func (n *Network) freeze(ctx context.Context, p *Programme) error {
	s, err := n.Selections.Get(ctx, p.ID)
	if err != nil {
		return err
	}
	if s.FrozenAt != 0 { // by a program that was interrupted before it wrote the phase
		return n.frozen(ctx, p, s)
	}
	sheet, err := n.sheet(ctx, p)
	if err != nil {
		return err
	}
	if err := p.mayFreeze(sheet, n.Now()); err != nil {
		return err
	}
	if err := n.settleParts(ctx, sheet); err != nil {
		return err
	}
	if len(s.Commits) < CommittersMin {
		return Conflict("draws.needs-commitments")
	}
	rows, salt, taken := p.list(sheet)
	if p.Only() && !p.asks(rows) && n.Now() < p.Reviewed {
		return ErrTooFewToAsk
	}
	eligible, err := n.eligible(ctx, p, rows)
	if err != nil {
		return err
	}
	may := rows
	if eligible != nil {
		may = slices.DeleteFunc(slices.Clone(rows), func(r Standing) bool { return !eligible[r.Row] })
	}
	fits, err := n.fitting(ctx, p, may)
	if err != nil {
		return err
	}
	return n.freezeAs(ctx, p, rows, fits, eligible, salt, taken)
}

// freezeAs writes the frozen list, then the phase; the first write decides, and the second is repeated until it stands.
func (n *Network) freezeAs(ctx context.Context, p *Programme, rows []Standing, fits, eligible map[string]bool, salt string, taken int) error {
	k, err := n.countedAmong(ctx)
	if err != nil {
		return err
	}
	s, err := n.Selections.Change(ctx, p.ID, func(s *Selection) error {
		switch {
		case s.FrozenAt != 0:
			return ErrUnchanged
		case len(s.Commits) < CommittersMin:
			return Conflict("draws.needs-commitments")
		}
		s.Salt, s.Secret, s.Reports = salt, houseValue(), len(rows) >= ownReportOf*k
		s.Close(rows, fits, max(0, p.Places-taken), p.Reserved, n.Now())
		s.keepEligible(eligible)
		return nil
	})
	if err != nil {
		return err
	}
	return n.frozen(ctx, p, s)
}

// frozen writes the phase after the list; the first write decides, and this one is repeated until it stands.
func (n *Network) frozen(ctx context.Context, p *Programme, s *Selection) error {
	if p.Only() && len(s.EligibleLeaves) == 0 {
		if err := n.logTo(ctx, p.ID, LogNotAsked); err != nil {
			return err
		}
	}
	return n.enter(ctx, p.ID, ProgrammeReview, ProgrammeDecision, LogFrozen)
}

// list makes the rows of everybody who takes part, under a new salt, and counts the places that are taken.
func (p *Programme) list(sheet sheet) (rows []Standing, salt string, taken int) {
	scores := map[ApplicationID]int{}
	for _, a := range sheet.applications {
		if a.State == ApplicationAccepted { // by one host, before votes
			taken++
		}
		if a.State == ApplicationSent {
			scores[a.ID] = ScoreOf(p.Criteria, sheet.reviews[a.ID])
			rows = append(rows, Standing{Application: a.ID, State: ApplicationSent})
		}
	}
	salt = houseValue()
	hashes := map[ApplicationID]string{}
	for _, a := range sheet.applications {
		hashes[a.ID] = RowOf(salt, a.CodeHash)
	}
	tiers := p.tiers(scores)
	for i := range rows {
		rows[i].Row, rows[i].Tier = hashes[rows[i].Application], tiers[rows[i].Application]
	}
	slices.SortFunc(rows, func(a, b Standing) int { return cmp.Compare(a.Row, b.Row) })
	return rows, salt, taken
}

// Close freezes rows, which are in their order, under the salt and the secret that are there.
func (s *Selection) Close(rows []Standing, fits map[string]bool, places, reserved int, now Instant) {
	s.FrozenAt, s.ShowBy, s.Places, s.Reserved = now, now.Plus(ShowWithin), places, min(reserved, places)
	s.Rows, s.FitsLeaves = rows, nil
	for _, r := range rows {
		s.FitsLeaves = append(s.FitsLeaves, LeafOf("fits", r.Row, s.saltOf("fits", r.Row), saidYes(fits[r.Row])))
	}
}

// mayFreeze says what is missing.
func (p *Programme) mayFreeze(s sheet, now Instant) error {
	switch {
	case p.State != ProgrammeReview:
		return Conflict("draws.only-after-reading")
	case now < p.Closes && p.State == ProgrammeOpen:
		return Conflict("draws.only-after-reading")
	}
	for _, a := range s.applications {
		if a.State == ApplicationSent && !p.complete(a, s.reviews[a.ID]) {
			return Conflict("draws.needs-reviews")
		}
	}
	return nil
}

// tiers put equal scores side by side, highest first, or everybody who reaches the floor; 0 is below it.
func (p *Programme) tiers(scores map[ApplicationID]int) map[ApplicationID]int {
	tiers := map[ApplicationID]int{}
	if p.By == ByLottery {
		for id, score := range scores {
			if score >= p.Floor {
				tiers[id] = 1
			}
		}
		return tiers
	}
	var steps []int
	for _, score := range scores {
		steps = append(steps, score)
	}
	slices.Sort(steps)
	steps = slices.Compact(steps)
	slices.Reverse(steps)
	for id, score := range scores {
		tiers[id] = slices.Index(steps, score) + 1
	}
	return tiers
}

func saidYes(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// saltOf hides a leaf: whoever is not told it can't try out what the leaf says.
func (s *Selection) saltOf(kind, row string) string {
	return hashLines("longtable leaf salt 1", s.Secret, kind, row)[:rowLength]
}

// file is the public record as it stands now.
func (s *Selection) file() *DrawFile {
	if s.FrozenAt == 0 {
		return nil
	}
	f := &DrawFile{Format: DrawFormat, Programme: s.ID, Places: s.Places, Reserved: s.Reserved, Salt: s.Salt, Fits: TreeRoot(s.FitsLeaves), Rows: []DrawRow{},
		Rounds: slices.Clone(s.Past), Seed: s.Seed, Order: s.Order}
	for _, r := range s.Rows {
		f.Rows = append(f.Rows, DrawRow{r.Row, r.Tier})
	}
	if len(s.EligibleLeaves) > 0 {
		f.Format, f.Eligible = DrawFormatEligible, TreeRoot(s.EligibleLeaves)
	}
	f.List = f.ListDigest()
	switch {
	case s.Last != nil:
		f.Rounds = append(f.Rounds, *s.Last)
		f.Result = TreeRoot(s.ResultLeaves)
	case s.ShowBy != 0:
		f.Rounds = append(f.Rounds, s.round(f.List))
	}
	return f
}

// round is the one that is on its way, without any value.
func (s *Selection) round(list string) DrawRound {
	r := DrawRound{Number: s.Round}
	for _, c := range s.Commits {
		r.Commitments = append(r.Commitments, c.Commitment)
	}
	r.Commitments = append(r.Commitments, CommitmentOf(s.House))
	r.Digest = RoundDigest(list, r.Number, r.Commitments)
	return r
}

// shown counts the people who showed their value.
func (s *Selection) shown() (shown int) {
	for _, c := range s.Commits {
		if c.Value != "" {
			shown++
		}
	}
	return shown
}

// DrawOf is the public file of a draw, from the freezing on; nil before. Anyone may read it.
func (n *Network) DrawOf(ctx context.Context, v Viewer, id ProgrammeID) (*DrawFile, error) {
	if _, err := n.ProgrammeSeen(ctx, v, id); err != nil {
		return nil, err
	}
	s, err := n.Selections.Get(ctx, id)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return s.file(), nil
}

// conclude makes the draw when everybody showed their value, or the time for it is over. What two people and the program
// itself showed decides; fewer than two make the round void, and everybody commits anew over the same list. Nobody knows the
// program's value before, so nobody can know what their own would change, and withholding it gains nothing.
func (n *Network) conclude(ctx context.Context, id ProgrammeID) error {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return err
	}
	s, err := n.Selections.Get(ctx, id)
	if err != nil {
		return err
	}
	now := n.Now()
	var fits map[string]bool
	if s.shownEnough(now) { // else nobody would be asked for anything
		if fits, err = n.fitting(ctx, p, s.within()); err != nil {
			return err
		}
	}
	withheld, void := false, false
	s, err = n.Selections.Change(ctx, id, func(s *Selection) error {
		withheld, void = false, false
		if s.FrozenAt == 0 || s.Seed != "" {
			return ErrUnchanged
		}
		if s.ShowBy == 0 {
			if len(s.Commits) < CommittersMin || now < s.CommitBy {
				return ErrUnchanged
			}
			s.ShowBy = now.Plus(ShowWithin)
			return nil
		}
		if s.shown() < len(s.Commits) && now < s.ShowBy || s.shownEnough(now) && fits == nil { // what was shown meanwhile is drawn next
			return ErrUnchanged
		}
		withheld = s.shown() < len(s.Commits)
		if void = s.shown() < CommittersMin; void {
			s.again(now)
			return nil
		}
		s.Draw(fits, now)
		return nil
	})
	if err != nil {
		return err
	}
	if withheld {
		if err := n.logTo(ctx, id, LogWithheld); err != nil {
			return err
		}
	}
	if void {
		return n.logTo(ctx, id, LogVoid)
	}
	if s.Seed == "" {
		return nil
	}
	return n.enter(ctx, id, ProgrammeDecision, ProgrammeCohort, LogDrawn)
}

// shownEnough tells whether the draw can be made now.
func (s *Selection) shownEnough(now Instant) bool {
	return s.ShowBy != 0 && s.Seed == "" && s.shown() >= CommittersMin && (s.shown() == len(s.Commits) || now >= s.ShowBy)
}

// finished is the round with the values that were shown.
func (s *Selection) finished(void bool) DrawRound {
	r := s.round(s.file().List)
	for _, c := range s.Commits {
		r.Values = append(r.Values, c.Value)
	}
	r.Void = void
	r.Values = append(r.Values, s.House)
	return r
}

// again keeps the void round for everybody to read, and begins another.
func (s *Selection) again(now Instant) {
	s.Past = append(s.Past, s.finished(true))
	s.Round, s.House, s.Commits, s.ShowBy, s.CommitBy = s.Round+1, houseValue(), nil, 0, now.Plus(ShowWithin)
}

// Draw makes seed and order of a closed list from the values that were shown, and offers the places.
func (s *Selection) Draw(fits map[string]bool, now Instant) {
	last := s.finished(false)
	s.Last, s.Seed, s.DrawnAt = &last, SeedOf(last.Digest, last.Values), now
	s.Order = DrawOrder(s.Seed, s.file().Rows)
	given := Share(s.contenders(fits), s.Places, s.Reserved)
	for i := range s.Rows {
		r := &s.Rows[i]
		r.State = ApplicationDeclined
		if r.Tier > 0 {
			r.State = ApplicationWaiting
		}
		if _, has := given[r.Row]; has {
			r.State, r.AnswerBy = ApplicationOffered, now.Plus(OfferWithin)
		}
		became := r.State
		if !s.mayHave(r.Row) {
			became = ApplicationDeclined // which the person alone is told
		}
		s.ResultLeaves = append(s.ResultLeaves, LeafOf("result", r.Row, s.saltOf("result", r.Row), s.saidResult(r.Row, became, given[r.Row])))
	}
}

// saidResult is what a result says: the place in the order, what became of it, and by which way.
func (s *Selection) saidResult(row string, state ApplicationState, way GivenBy) string {
	said := []string{"place " + strconv.Itoa(slices.Index(s.Order, row)+1), string(state)}
	if way != "" {
		said = append(said, "by "+string(way))
	}
	return strings.Join(said, ", ")
}

// contenders are those who are still in and may have a place, in the order drawn.
func (s *Selection) contenders(fits map[string]bool) []Contender {
	var in []Contender
	for _, row := range s.Order {
		if r := s.row(row); r != nil && s.mayHave(row) && (r.holds() || r.State == ApplicationWaiting || r.State == ApplicationSent) {
			in = append(in, Contender{row, fits[row]})
		}
	}
	return in
}

func (s *Selection) row(row string) *Standing {
	at, found := s.at(row)
	if !found {
		return nil
	}
	return &s.Rows[at]
}

// at is where a row stands among the rows, and its leaves among theirs.
func (s *Selection) at(row string) (int, bool) {
	return slices.BinarySearchFunc(s.Rows, row, func(r Standing, row string) int { return cmp.Compare(r.Row, row) })
}

// standingOf is that of an application; nil for one that is not on the list.
func (s *Selection) standingOf(id ApplicationID) *Standing {
	at := slices.IndexFunc(s.Rows, func(r Standing) bool { return r.Application == id })
	if at < 0 {
		return nil
	}
	return &s.Rows[at]
}

// DrawStanding is how far the draw is: in numbers for everybody, and what the viewer did for those who take part.
type DrawStanding struct {
	Commits             int
	Committing, Showing bool
	ShowBy              Instant
	TakesPart           bool // the viewer may commit
	Mine, MineShown     bool
}

// DrawStands is how far the draw of a programme is. Anyone may ask.
func (n *Network) DrawStands(ctx context.Context, v Viewer, id ProgrammeID) (DrawStanding, error) {
	p, err := n.ProgrammeSeen(ctx, v, id)
	if err != nil {
		return DrawStanding{}, err
	}
	s, err := n.Selections.Get(ctx, id)
	if err != nil {
		return DrawStanding{TakesPart: v.RunsProgramme(p) || v.Reviews(p), Committing: true}, ignoreMissing(err)
	}
	d := DrawStanding{Commits: len(s.Commits), Committing: s.committing(), Showing: s.ShowBy != 0 && s.Seed == "", ShowBy: s.ShowBy,
		TakesPart: v.RunsProgramme(p) || v.Reviews(p)}
	for _, c := range s.Commits {
		if v.Known() && c.Member == v.ID {
			d.Mine, d.MineShown = true, c.Value != ""
		}
	}
	return d, nil
}
