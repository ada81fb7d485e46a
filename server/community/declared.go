package community

import (
	"context"
	"slices"
)

// fitting tells for each row that can be drawn whether reserved places are open to it. What it answers is used for the
// share and forgotten: it stands nowhere but in leaves that only the applicant can open.
func (n *Network) fitting(ctx context.Context, p *Programme, rows []Standing) (map[string]bool, error) {
	if p.Reserved == 0 {
		return map[string]bool{}, nil
	}
	return n.answered(ctx, p, rows, UseReserved, p.ReservedFor)
}

// Reservable are the groups for which places can be reserved.
func Reservable() []Group {
	return slices.DeleteFunc(slices.Clone(Groups), func(g Group) bool { return g == RatherNotSay })
}

// reservable checks for whom places are reserved.
func (n *Network) reservable(problems Problems, d *ProgrammeDraft) []Group {
	groups := someOf(problems, "reservedFor", d.ReservedFor, Reservable(), len(Groups))
	if d.Reserved > 0 && len(d.ReservedFor) == 0 {
		problems["reservedFor"] = Problem{Say: "programmes.reserved-for-whom"}
	}
	return groups
}
