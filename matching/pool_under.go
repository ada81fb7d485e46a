package matching

// Under returns a pool of the same members that ranks them by other weights.
// It shares everything with this one: what is kept of members and in which
// order they are asked does not depend on weights. The error matches ErrWeights.
func (p *Pool) Under(w Weights) (*Pool, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	settled, d := *p.settled, &Definition{related: p.definition.related, weights: w}
	settled.definition, settled.scale = d, newScale(d)
	return &Pool{definition: d, settled: &settled, fresh: p.fresh, gone: p.gone}, nil
}

// Definition returns what the pool ranks by.
func (p *Pool) Definition() *Definition { return p.definition }

// Weights returns how much each term counts.
func (d *Definition) Weights() Weights { return d.weights }
