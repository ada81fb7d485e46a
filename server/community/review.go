package community

import (
	"context"
	"slices"
)

// ReviewID is derived from application and reviewer, and names the latter to nobody.
type ReviewID string

// Review is what one of those who decide says of one application. It stands once it is given, because from then on its
// writer reads what the others gave.
type Review struct {
	Record[ReviewID] `bson:",inline"`
	Programme        ProgrammeID    `json:"programme"`
	Application      ApplicationID  `json:"application"`
	Reviewer         MemberID       `json:"reviewer"`
	Conflict         bool           `json:"conflict,omitempty"` // they know the person, or have something to win or lose
	Points           map[string]int `json:"points,omitempty"`   // by criterion, 0 to ScoreMax
	Words            string         `json:"words,omitempty"`    // for the applicant, who reads them word for word
	At               Instant        `json:"at"`
}

// ReviewStore is what the domain needs of the store.
type ReviewStore interface {
	Keeper[ReviewID, Review]
	In(ctx context.Context, programme ProgrammeID, page Page) ([]*Review, Cursor, error)
	On(ctx context.Context, application ApplicationID) ([]*Review, error)
	By(ctx context.Context, reviewer MemberID, page Page) ([]*Review, Cursor, error)
}

func reviewID(a ApplicationID, reviewer MemberID) ReviewID {
	return ReviewID(string(a) + "~" + hashLines("longtable review 1", string(a), string(reviewer))[:rowLength/2])
}

// Score is the weighted mean of the points, in hundredths of a point, rounded down.
func (r *Review) Score(criteria []Criterion) int {
	sum, weights := 0, 0
	for _, c := range criteria {
		sum += r.Points[c.ID] * c.Weight
		weights += c.Weight
	}
	if weights == 0 {
		return 0
	}
	return sum * 100 / weights
}

// ScoreOf is the mean of the reviews of one application, in hundredths of a point; reviews with a conflict don't count.
func ScoreOf(criteria []Criterion, reviews []*Review) int {
	sum, n := 0, 0
	for _, r := range reviews {
		if !r.Conflict {
			sum, n = sum+r.Score(criteria), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// Disagree tells whether two reviews of one application are so far apart that a third reader is asked.
func Disagree(criteria []Criterion, reviews []*Review) bool {
	low, high := ScoreMax*100, 0
	for _, r := range reviews {
		if !r.Conflict {
			low, high = min(low, r.Score(criteria)), max(high, r.Score(criteria))
		}
	}
	return high-low > DisagreementMax
}

// owing are the reviewers whose review of an application is missing. Turns go round by number, so everybody reads about as
// much; who has a conflict is passed over for the next; and where two disagree one more is asked, while
// there is one.
func (p *Programme) owing(a *Application, reviews []*Review) (owing []MemberID) {
	by := map[MemberID]*Review{}
	given := 0
	for _, r := range reviews {
		if by[r.Reviewer] = r; !r.Conflict {
			given++
		}
	}
	need := p.Each
	if given >= p.Each && Disagree(p.Criteria, reviews) {
		need++
	}
	for i := range p.Reviewers {
		m := p.Reviewers[(a.Number+i)%len(p.Reviewers)]
		if given+len(owing) >= need {
			break
		}
		if by[m] == nil {
			owing = append(owing, m)
		}
	}
	return owing
}

// complete tells whether an application has the reviews that it needs. A third reader who is not there is not waited for.
func (p *Programme) complete(a *Application, reviews []*Review) bool {
	given := 0
	for _, r := range reviews {
		if !r.Conflict {
			given++
		}
	}
	return given >= p.Each && len(p.owing(a, reviews)) == 0
}

// Reading is an application as one of those who decide finds it.
type Reading struct {
	BlindApplication
	Own      *Review   // what the viewer gave; nil before
	Others   []*Review // what the others gave, only once the viewer's own is in; without who they are
	Due      bool      // it is the viewer's turn
	Given    int       // reviews so far
	Disagree bool      // only once the viewer's own is in
	Scores   []int     // of all reviews in hundredths of a point, only once the viewer's own is in
}

// Progress of the reading, for those who decide and for hosts: how much is done, and by nobody in particular.
type Progress struct {
	Applications, Complete, Owed, Disagree int
	Short                                  int // applications that lack a review which nobody is left to give
	Mine                                   int // reviews that the viewer owes
	// Few tells, once everything is read and until the last day for it, that so few can be drawn that nobody may be asked for whom
	// the programme is; the vote can't be closed until then.
	Few bool
}

// ReadingOf is one application for one of those who decide. Who has a conflict does not see it.
func (n *Network) ReadingOf(ctx context.Context, v Viewer, id ApplicationID) (*Programme, Reading, error) {
	a, p, err := n.reviewable(ctx, v, id)
	if err != nil {
		return nil, Reading{}, err
	}
	reviews, err := n.reviewsOn(ctx, p, a)
	if err != nil {
		return nil, Reading{}, err
	}
	r, err := n.reading(ctx, v, p, a, reviews)
	if err == nil && r.Own != nil && r.Own.Conflict {
		err = NotFound("application %s is not read by %s, who has a conflict", id, v.ID)
	}
	return p, r, err
}

// reviewsOn are the reviews of one application, with the conflicts that the program knows.
func (n *Network) reviewsOn(ctx context.Context, p *Programme, a *Application) ([]*Review, error) {
	parts, err := n.partsIn(ctx, p)
	if err != nil {
		return nil, err
	}
	reviews, err := n.Reviews.On(ctx, a.ID)
	return p.withKnown(a, reviews, parts), err
}

func (n *Network) reading(ctx context.Context, v Viewer, p *Programme, a *Application, reviews []*Review) (Reading, error) {
	b, err := n.blind(ctx, a, p)
	r := Reading{BlindApplication: b, Due: slices.Contains(p.owing(a, reviews), v.ID)}
	for _, x := range reviews {
		switch {
		case x.Reviewer == v.ID:
			r.Own = x
		case !x.Conflict:
			r.Given++
		}
	}
	if r.Own == nil {
		return r, err
	}
	if !r.Own.Conflict {
		r.Given++
	}
	for _, x := range reviews {
		if x.Conflict {
			continue
		}
		r.Scores = append(r.Scores, x.Score(p.Criteria))
		if x.Reviewer != v.ID {
			r.Others = append(r.Others, &Review{Points: x.Points, Words: x.Words, At: x.At})
		}
	}
	r.Disagree = Disagree(p.Criteria, reviews)
	return r, err
}

// reviewable finds an application and its programme for one of those who decide, and who has no part in it.
func (n *Network) reviewable(ctx context.Context, v Viewer, id ApplicationID) (*Application, *Programme, error) {
	a, err := n.Applications.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	p, err := n.Programmes.Get(ctx, a.Programme)
	if err != nil {
		return nil, nil, err
	}
	if !v.Reviews(p) || !readable(a) {
		return nil, nil, NotFound("application %s is for those who decide on it", id)
	}
	part, err := n.partsOf(ctx, v.ID)
	if err != nil {
		return nil, nil, err
	}
	if part(a) {
		return nil, nil, NotFound("%s has a part in application %s", v.ID, id)
	}
	return a, p, nil
}

// ReviewDraft is what one of those who decide gives.
type ReviewDraft struct {
	Points map[string]int `json:"points"` // by criterion
	Words  string         `json:"words"`
}

// Review gives points and words. They stand: after them the viewer reads what the others gave.
func (n *Network) Review(ctx context.Context, v Viewer, id ApplicationID, d ReviewDraft) (*Programme, error) {
	_, p, err := n.reviewable(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.State != ProgrammeReview {
		return nil, Conflict("reviews.not-now")
	}
	d.Words = Paragraphs(d.Words)
	problems, points := Problems{}, map[string]int{}
	problems.need("words", d.Words, WordsMax)
	for _, c := range p.Criteria {
		given, said := d.Points[c.ID]
		if !said {
			problems["points."+c.ID] = Problem{Say: "problem.needed"}
			continue
		}
		problems.between("points."+c.ID, given, 0, ScoreMax)
		points[c.ID] = given
	}
	if err := Invalid(problems); err != nil {
		return nil, err
	}
	r := &Review{Record: Record[ReviewID]{ID: reviewID(id, v.ID)}, Programme: p.ID, Application: id, Reviewer: v.ID, Points: points, Words: d.Words, At: n.Now()}
	if err = n.Reviews.Add(ctx, r); KindOf(err) == KindConflict {
		err = Conflict("reviews.stands")
	}
	return p, err
}

// DeclareConflict says that the viewer should not decide on an application: from then on they don't see it, and what they
// gave does not count.
func (n *Network) DeclareConflict(ctx context.Context, v Viewer, id ApplicationID) (*Programme, error) {
	_, p, err := n.reviewable(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.Frozen() {
		return nil, n.refuseOpenly(ctx, p.ID, LogFrozenRefused, Conflict("programmes.is-frozen"))
	}
	r := &Review{Record: Record[ReviewID]{ID: reviewID(id, v.ID)}, Programme: p.ID, Application: id, Reviewer: v.ID, Conflict: true, At: n.Now()}
	if err = n.Reviews.Add(ctx, r); KindOf(err) != KindConflict {
		return p, err
	}
	_, err = n.Reviews.Change(ctx, r.ID, func(r *Review) error {
		r.Conflict, r.Points, r.Words = true, nil, ""
		return nil
	})
	return p, err
}

// conflictsOf tells which applications of a programme the viewer may not see.
func (n *Network) conflictsOf(ctx context.Context, v Viewer, id ProgrammeID) (hasPart, error) {
	conflicts := map[ApplicationID]bool{}
	err := n.eachReview(ctx, id, func(r *Review) {
		if r.Conflict && r.Reviewer == v.ID {
			conflicts[r.Application] = true
		}
	})
	if err != nil {
		return nil, err
	}
	part, err := n.partsOf(ctx, v.ID)
	return func(a *Application) bool { return conflicts[a.ID] || part(a) }, err
}

func (n *Network) eachReview(ctx context.Context, id ProgrammeID, take func(*Review)) error {
	page := Page{Limit: PageMax}
	for {
		found, next, err := n.Reviews.In(ctx, id, page)
		if err != nil {
			return err
		}
		for _, r := range found {
			take(r)
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}

// sheet is everything about the selection of a programme: its applications by number, and their reviews with the conflicts that
// the program knows.
type sheet struct {
	applications []*Application
	reviews      map[ApplicationID][]*Review
}

func (n *Network) sheet(ctx context.Context, p *Programme) (s sheet, err error) {
	s.reviews = map[ApplicationID][]*Review{}
	parts, err := n.partsIn(ctx, p)
	if err != nil {
		return s, err
	}
	if err := n.eachReview(ctx, p.ID, func(r *Review) { s.reviews[r.Application] = append(s.reviews[r.Application], r) }); err != nil {
		return s, err
	}
	page := Page{Limit: PageMax}
	for {
		found, next, err := n.Applications.To(ctx, p.ID, page)
		if err != nil {
			return s, err
		}
		for _, a := range found {
			if readable(a) {
				s.applications = append(s.applications, a)
				s.reviews[a.ID] = p.withKnown(a, s.reviews[a.ID], parts)
			}
		}
		if page.After = next; next == "" {
			return s, nil
		}
	}
}

// ReadingsOf are the applications of a programme for one of those who decide, those that are their turn first, and how
// far the reading is; hosts who don't decide read how far it is.
func (n *Network) ReadingsOf(ctx context.Context, v Viewer, id ProgrammeID) (*Programme, []Reading, Progress, error) {
	p, err := n.Programmes.Get(ctx, id)
	if err != nil {
		return nil, nil, Progress{}, err
	}
	if !v.Reviews(p) && !v.RunsProgramme(p) {
		return nil, nil, Progress{}, NotFound("the reading of %s is for those who decide", id)
	}
	s, err := n.sheet(ctx, p)
	if err != nil {
		return nil, nil, Progress{}, err
	}
	var readings []Reading
	progress := Progress{Applications: len(s.applications)}
	for _, a := range s.applications {
		reviews := s.reviews[a.ID]
		if p.complete(a, reviews) {
			progress.Complete++
		}
		if Disagree(p.Criteria, reviews) {
			progress.Disagree++
		}
		owed := len(p.owing(a, reviews))
		progress.Owed += owed
		if owed == 0 && !p.complete(a, reviews) {
			progress.Short++
		}
		if !v.Reviews(p) {
			continue
		}
		r, err := n.reading(ctx, v, p, a, reviews)
		if err != nil {
			return nil, nil, Progress{}, err
		}
		if r.Due {
			progress.Mine++
		}
		if r.Own == nil || !r.Own.Conflict {
			readings = append(readings, r)
		}
	}
	if rows, _, _ := p.list(s); progress.Owed == 0 && n.Now() < p.Reviewed {
		progress.Few = p.Only() && !p.asks(rows)
	}
	slices.SortStableFunc(readings, func(a, b Reading) int { return boolRank(b.Due) - boolRank(a.Due) })
	return p, readings, progress, nil
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
