package community

import "longtable/matching"

// Pool is what everybody is ranked in; the product never hands it out.
func (m *Matchmaking) Pool() *matching.Pool { return m.round.Load().pool }

// RelatedTogether is how often skills stand together before they count as related.
const RelatedTogether = relatedTogether
