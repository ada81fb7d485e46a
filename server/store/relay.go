package store

// ref names a document of any collection.
type ref struct{ collection, id string }

type carrier interface{}

// Relay .
type Relay struct{}

func (r *Relay) offer(ref) {}
