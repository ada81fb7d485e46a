package matching

// Terms are what one side brings to the other before any weight: each a part of
// PerThousandth, which is all that the term can be. They are what learning
// reads, and with the weights of any version they give its benefit and score
// again. Both are exact for profiles with up to six causes; beyond, the causes
// may be a point less for each thousandth of their weight.
type Terms struct {
	Skills uint32 `json:"skills,omitempty"` // coverage of needs by offers
	Causes uint32 `json:"causes,omitempty"`
	Sector uint32 `json:"sector,omitempty"`
	Stage  uint32 `json:"stage,omitempty"`
	Hours  uint32 `json:"hours,omitempty"`
	Place  uint32 `json:"place,omitempty"`
	Time   uint32 `json:"time,omitempty"`
	// NoNeed says that the side which benefits states no need: their coverage
	// is kappa, and Skills is nothing.
	NoNeed bool `json:"noNeed,omitempty"`
}

// Terms returns what a match is made of, for either side, whatever the weights.
func (d *Definition) Terms(viewer, candidate Profile) (forViewer, forCandidate Terms) {
	bare := Definition{related: d.related, weights: Weights{Skills: 1, Causes: 1, Sector: 1, Stage: 1, Hours: 1, Place: 1, Time: 1}}
	i, j := bare.read(viewer), bare.read(candidate)
	return bare.terms(i, j), bare.terms(j, i)
}

// terms is benefit with its parts apart; every weight of d is one.
func (d *Definition) terms(i, j *member) Terms {
	t := Terms{
		Causes: uint32(d.causes(i, j)), Sector: uint32(d.sector(i, j)), Stage: uint32(d.stage(i, j)),
		Hours: uint32(d.hours(i, j)), Place: uint32(d.place(i, j)), Time: uint32(d.time(j)),
		NoNeed: len(i.needs) == 0,
	}
	for n := range i.needs {
		_, covered := d.cover(&i.needs[n], j.Offers)
		t.Skills += uint32(covered)
	}
	return t
}

// Benefit returns u of the terms under these weights.
func (w Weights) Benefit(t Terms) Points {
	d := Definition{weights: w}
	skills := Points(uint32(w.Skills) * t.Skills)
	if t.NoNeed {
		skills = d.unstated()
	}
	return skills + Points(uint32(w.Causes)*t.Causes+uint32(w.Sector)*t.Sector+uint32(w.Stage)*t.Stage+
		uint32(w.Hours)*t.Hours+uint32(w.Place)*t.Place+uint32(w.Time)*t.Time)
}

// Score returns R of the terms for both sides under these weights.
func (w Weights) Score(forViewer, forCandidate Terms) Points {
	return harmonicMean(w.Benefit(forViewer), w.Benefit(forCandidate))
}
