package community

// Stamp is the part of a kept thing that the store owns: which revision this is, and whether the rest of the program
// still has to be told of it.
type Stamp struct {
	Rev  int64 `json:"rev"`            // raised by every change, 1 when new
	Due  int64 `json:"due,omitempty"`  // Unix milliseconds: not before then, somebody must be told; 0 when all were told
	Gone bool  `json:"gone,omitempty"` // taken away: readers no longer see it; it is removed once everybody was told
}

// Record is embedded in everything the community keeps. The id comes from us and never from a database, so that a
// repeated insert after a lost reply is recognised and harmless.
type Record[ID ~string] struct {
	ID    ID `json:"_id"`
	Stamp `bson:",inline"`
}

// Kept is implemented by everything that embeds a Record.
type Kept interface {
	Key() string
	Stamped() *Stamp
}

// Key is the id as plain text, for layers that keep things of every kind.
func (r *Record[ID]) Key() string { return string(r.ID) }

// Stamped gives the store its part of the record.
func (r *Record[ID]) Stamped() *Stamp { return &r.Stamp }
