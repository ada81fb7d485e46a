package community

import (
	"context"
	"slices"
)

// Viewer is who is asking. Every read and every verb takes one and starts from what that person can reach.
// The zero Viewer is somebody we don't know.
type Viewer struct {
	ID       MemberID
	Name     string
	Hub      HubID   // home hub; empty for a newcomer
	HostOf   []HubID // hubs this person is a host of
	BooksOf  []HubID // hubs whose books this person keeps
	Steward  bool
	By       MemberID // the helper who acts in this person's name; empty for the person themselves
	ByName   string
	may      map[Scope]bool    // what the helper may do
	contacts map[MemberID]bool // people this person is connected with
	apart    map[MemberID]bool // people with whom there is a block, whoever made it
}

// Known tells whether the viewer is signed in.
func (v Viewer) Known() bool { return v.ID != "" }

// Hosts tells whether the viewer is a host of the hub.
func (v Viewer) Hosts(hub HubID) bool { return slices.Contains(v.HostOf, hub) }

// Books tells whether the viewer keeps the books of the hub.
func (v Viewer) Books(hub HubID) bool { return slices.Contains(v.BooksOf, hub) }

// HostsAny tells whether the viewer is a host anywhere.
func (v Viewer) HostsAny() bool { return len(v.HostOf) > 0 }

// Apart tells whether a block stands between the viewer and the member: each is absent for the other.
func (v Viewer) Apart(other MemberID) bool { return v.apart[other] }

// Contact tells whether the two are connected by an accepted introduction, and no block stands between them.
func (v Viewer) Contact(other MemberID) bool { return v.contacts[other] && !v.Apart(other) }

// Reach is the widest audience of the member's fields that the viewer belongs to.
func (v Viewer) Reach(m *Member) Audience {
	switch {
	case v.ID == m.ID:
		return OnlyMe
	case v.Contact(m.ID):
		return MyContacts
	case v.Hub != "" && v.Hub == m.Hub:
		return MyHub
	default:
		return EveryoneInNetwork
	}
}

// Tokens are the audiences that the viewer belongs to, as the search index names them.
func (v Viewer) Tokens() []string {
	if !v.Known() {
		return []string{TokenAnyone}
	}
	tokens := []string{TokenAnyone, TokenNetwork, MemberToken(v.ID)}
	if v.Hub != "" {
		tokens = append(tokens, HubToken(v.Hub))
	}
	for id := range v.contacts {
		if v.Contact(id) {
			tokens = append(tokens, ContactToken(id))
		}
	}
	return tokens
}

// Audience tokens of the search index.
const (
	TokenAnyone  = "anyone"  // also people who are not signed in
	TokenNetwork = "network" // everyone who is signed in
)

// MemberToken stands for one member.
func MemberToken(id MemberID) string { return "member:" + string(id) }

// HubToken stands for the people of one hub.
func HubToken(id HubID) string { return "hub:" + string(id) }

// ContactToken stands for the people who are connected with a member.
func ContactToken(id MemberID) string { return "contact:" + string(id) }

// Viewer loads who is asking.
func (n *Network) Viewer(ctx context.Context, id MemberID) (Viewer, error) {
	m, err := n.Members.Get(ctx, id)
	if err != nil {
		return Viewer{}, err
	}
	v := Viewer{ID: m.ID, Name: m.Name, Hub: m.Hub, HostOf: m.HostOf, BooksOf: m.BooksOf, Steward: m.Steward}
	if v.contacts, err = n.Connections.Of(ctx, id); err != nil {
		return Viewer{}, err
	}
	v.apart, err = n.Blocks.Around(ctx, id)
	return v, err
}
