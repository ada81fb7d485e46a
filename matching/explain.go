package matching

import "math/bits"

// Kind says what a term is about.
type Kind uint8

// The kinds of terms, in the order in which they appear.
const (
	CoversNeed   Kind = iota + 1 // Need, Offer, Level and Similarity say which and how well
	NoNeedStated                 // kappa: the one who benefits has stated no need
	SharedCauses                 // Causes says which
	SameSector
	NearSector
	NearStage
	SharedHours // Hours says which
	SameHub
	SameRegion
	HasTime // the other's hours a week
	HasRoom // a giver can take on more; see Giver
)

// Term is one reason of a match with what it is worth, as it enters the sum.
type Term struct {
	Kind   Kind
	Points Points // more than zero

	Need       Skill  // CoversNeed: the skill that one side looks for
	Offer      Skill  // CoversNeed: the skill of the other that covers it best
	Level      Level  // CoversNeed: how well they do it
	Similarity uint8  // CoversNeed: of the two skills, sixteenths; 16 is the same
	Causes     uint32 // SharedCauses: bit mask as in Profile
	Hours      uint64 // SharedHours: bit mask as in Profile
}

// Benefit is what one side brings to the other.
type Benefit struct {
	Points Points // u, the sum of the terms exactly
	Needs  int    // how many needs the side that benefits has stated
	Terms  []Term // in the order of their kinds; needs in the order stated
}

// Reasons explain one match by the arithmetic that made it: nothing is said
// that did not count, and nothing counted that is not said.
type Reasons struct {
	ForViewer    Benefit // what the candidate brings to the viewer
	ForCandidate Benefit // what the viewer brings to the candidate
}

// Score returns the match these reasons make: the same R that ranks.
func (r Reasons) Score() Points {
	return harmonicMean(r.ForViewer.Points, r.ForCandidate.Points)
}

// Explain returns the reasons for two members, whether or not they are a match.
// The reasons quote both profiles: pass only what the reader may see.
func (d *Definition) Explain(viewer, candidate Profile) Reasons {
	return d.explain(d.read(viewer), d.read(candidate))
}

func (d *Definition) explain(viewer, candidate *member) Reasons {
	return Reasons{
		ForViewer:    d.account(viewer, candidate),
		ForCandidate: d.account(candidate, viewer),
	}
}

// account lists the terms of u(i<-j).
func (d *Definition) account(i, j *member) Benefit {
	b := Benefit{Needs: len(i.needs)}
	for n := range i.needs {
		by, worth := d.cover(&i.needs[n], j.Offers)
		b.add(Term{
			Kind: CoversNeed, Points: worth,
			Need: i.needs[n].Skill, Offer: by.Skill, Level: by.Level, Similarity: by.similarity,
		})
	}
	if len(i.needs) == 0 {
		b.add(Term{Kind: NoNeedStated, Points: d.unstated()})
	}
	b.add(Term{Kind: SharedCauses, Points: d.causes(i, j), Causes: i.Causes & j.Causes})
	sector, place := NearSector, SameRegion
	if same(i.Sector, j.Sector) {
		sector = SameSector
	}
	if same(i.Hub, j.Hub) {
		place = SameHub
	}
	b.add(Term{Kind: sector, Points: d.sector(i, j)})
	b.add(Term{Kind: NearStage, Points: d.stage(i, j)})
	b.add(Term{Kind: SharedHours, Points: d.hours(i, j), Hours: i.Hours & j.Hours})
	b.add(Term{Kind: place, Points: d.place(i, j)})
	b.add(Term{Kind: HasTime, Points: d.time(j)})
	return b
}

func (b *Benefit) add(t Term) {
	if t.Points > 0 {
		b.Terms = append(b.Terms, t)
		b.Points += t.Points
	}
}

// Covered counts the needs that the other side covers, exactly or nearly.
func (b Benefit) Covered() int {
	covered := 0
	for _, t := range b.Terms {
		if t.Kind == CoversNeed {
			covered++
		}
	}
	return covered
}

// SharedHalfHours counts the working half hours in common.
func (t Term) SharedHalfHours() int { return bits.OnesCount64(t.Hours) }
