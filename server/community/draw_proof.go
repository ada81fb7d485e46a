package community

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
)

// A proof shows somebody that their own row went into a published root, and tells nothing of other rows. Trees are those of
// RFC 9162: leaves and nodes are hashed apart, and a tree of n leaves splits at the largest power of two below n.

// LeafOf hides what is said of a row behind a salt that only its applicant is given.
func LeafOf(kind, row, salt, said string) string {
	return treeHash(0, []byte("longtable "+kind+" 1\n"+row+"\n"+salt+"\n"+said+"\n"))
}

func treeHash(kind byte, parts ...[]byte) string {
	h := sha256.New()
	h.Write([]byte{kind})
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func node(left, right string) string {
	l, errLeft := hex.DecodeString(left)
	r, errRight := hex.DecodeString(right)
	if errLeft != nil || errRight != nil {
		return "" // no hash of ours; it equals no root
	}
	return treeHash(1, l, r)
}

// TreeRoot is the root over leaves in their order; of none it is the hash of nothing.
func TreeRoot(leaves []string) string {
	switch len(leaves) {
	case 0:
		sum := sha256.Sum256(nil)
		return hex.EncodeToString(sum[:])
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return node(TreeRoot(leaves[:k]), TreeRoot(leaves[k:]))
}

// split is the largest power of two below n, for n > 1.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

// ProofStep is a neighbour on the way from a leaf to the root.
type ProofStep struct {
	Hash string `json:"hash"`
	Left bool   `json:"left,omitempty"` // it stands to the left of what was hashed so far
}

// TreePath leads from one leaf to the root.
func TreePath(leaves []string, at int) []ProofStep {
	if len(leaves) < 2 || at < 0 || at >= len(leaves) {
		return nil
	}
	k := split(len(leaves))
	if at < k {
		return append(TreePath(leaves[:k], at), ProofStep{Hash: TreeRoot(leaves[k:])})
	}
	return append(TreePath(leaves[k:], at-k), ProofStep{Hash: TreeRoot(leaves[:k]), Left: true})
}

// Proof is what an applicant can check for their own row, or let somebody check for them.
type Proof struct {
	Kind string      `json:"kind"` // "eligible", "fits" or "result"
	Row  string      `json:"row"`
	Salt string      `json:"salt"`
	Said string      `json:"said"`
	Path []ProofStep `json:"path"`
}

// ErrProof says that a proof does not lead to the root.
var ErrProof = errors.New("community: this proof does not lead to the published root; take the root and the proof from the same draw")

// Check follows the path to the root.
func (p Proof) Check(root string) error {
	at := LeafOf(p.Kind, p.Row, p.Salt, p.Said)
	for _, step := range p.Path {
		if step.Left {
			at = node(step.Hash, at)
		} else {
			at = node(at, step.Hash)
		}
	}
	if at == "" || at != root {
		return ErrProof
	}
	return nil
}

// proofOf finds a row among the leaves, which stand in the order of the rows.
func proofOf(kind, row, salt, said string, leaves []string) (Proof, error) {
	p := Proof{Kind: kind, Row: row, Salt: salt, Said: said}
	at := slices.Index(leaves, LeafOf(kind, row, salt, said))
	if at < 0 {
		return p, ErrProof
	}
	p.Path = TreePath(leaves, at)
	return p, nil
}
