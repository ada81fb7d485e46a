package community

import "context"

// BlockID is derived from who blocks and who is blocked.
type BlockID string

// Block makes two people absent for each other. Only who made it can see it and take it back.
type Block struct {
	Record[BlockID] `bson:",inline"`
	By              MemberID `json:"by"`
	Against         MemberID `json:"against"`
	Since           Instant  `json:"since"`
}

// Blocks is what the domain needs of the store.
type Blocks interface {
	Keeper[BlockID, Block]
	By(ctx context.Context, member MemberID) ([]*Block, error)              // at most BlocksMax
	Around(ctx context.Context, member MemberID) (map[MemberID]bool, error) // blocks in either direction
}

// Block ends all contact between the viewer and a person: neither finds, matches, is introduced to or writes to the
// other. The other is not told.
func (n *Network) Block(ctx context.Context, v Viewer, id MemberID) error {
	if !v.Known() {
		return Unauthenticated()
	}
	if id == v.ID {
		return Forbidden("safety.not-yourself")
	}
	if _, err := n.Blocks.Get(ctx, blockID(v.ID, id)); KindOf(err) != KindNotFound {
		return err
	}
	if _, err := n.reachable(ctx, v, id); err != nil {
		return err // also who blocked the viewer: to block them back would bring their name into the viewer's list
	}
	made, err := n.Blocks.By(ctx, v.ID)
	if err != nil {
		return err
	}
	if len(made) >= BlocksMax {
		return TooMany("safety.too-many-blocks", map[string]any{"max": BlocksMax})
	}
	err = n.Blocks.Add(ctx, &Block{Record: Record[BlockID]{ID: blockID(v.ID, id)}, By: v.ID, Against: id, Since: n.Now()})
	if KindOf(err) == KindConflict {
		return nil
	}
	return err
}

// Unblock takes the viewer's own block back. A block by the other side stays.
func (n *Network) Unblock(ctx context.Context, v Viewer, id MemberID) error {
	if !v.Known() {
		return Unauthenticated()
	}
	err := n.Blocks.Delete(ctx, blockID(v.ID, id))
	if KindOf(err) == KindNotFound {
		return nil
	}
	return err
}

// Blocked are the people whom the viewer blocked, by name: the one place where they still see them.
func (n *Network) Blocked(ctx context.Context, v Viewer) ([]Profile, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	made, err := n.Blocks.By(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	ids := make([]MemberID, len(made))
	for i, b := range made {
		ids[i] = b.Against
	}
	members, err := n.Members.Many(ctx, ids)
	var people []Profile
	for _, m := range members {
		if m != nil {
			people = append(people, Profile{ID: m.ID, Name: m.Name})
		}
	}
	return people, err
}

func blockID(by, against MemberID) BlockID { return BlockID(string(by) + "~" + string(against)) }
