package matching

import (
	"iter"
	"math"
)

// A pairing need not be of two members. Something that asks for people (an ask,
// an open role, a mentee's topics) is ranked by the same formula through a view:
// a Profile that says what the thing needs, and what it is to whom it asks. The
// side that is asked is a giver. What it gets out of the match is half what it
// looks for itself, as ever, and half the room it has: a consent that is a
// number, and never taken for granted.
//
//	asks, roles    RankGivers of Call(id, author or enterprise, skills…)
//	               among Giver(member, room by their hours a week)
//	the other way  RankCalls of Giver(member, …) among the calls
//	mentors        RankGivers of Call(mentee, topics…) among Mentor(…)
//	programmes     RankDoors of a member among Giver(programme, FullRoom), whose
//	               offers are what it helps with: open to all, more to those
//	               who meet what it says of causes, stage and place
//
// The sums and the order are the definition's own. A term that covers the need
// for room is told as HasRoom, and is not counted among the needs.

// FullRoom is the room of somebody who can take on all that one could ask.
const FullRoom = 16

// The two skills of no vocabulary that carry room through the formula: whoever
// asks offers the first, nobody offers the second, and a giver needs both, the
// first by as much as they have room.
const (
	roomGiven   Skill = math.MaxUint32
	roomMissing Skill = math.MaxUint32 - 1
	roomNeeds         = 2

	// crumb is the weight of the need for room of somebody who has none: a need
	// can't weigh zero. The least room there is weighs several times as much.
	crumb = 1
)

// Call returns the view of something that asks for people with these skills: who
// is its author, or what it says of itself. Skills beyond MaxNeeds are ignored.
func Call(id string, who Profile, skills ...Skill) Profile {
	who.ID, who.Needs = id, EvenNeeds(skills...)
	return asking(who)
}

// asking returns the profile of somebody who asks a giver.
func asking(p Profile) Profile {
	p.Offers = append([]Offer{{roomGiven, Seasoned}}, p.Offers...)
	return p
}

// Giver returns the view of somebody who is asked, with room in sixteenths,
// brought into 0 to FullRoom. Half of their side is what they look for; who says
// nothing of that is not put above who does. Who has no room is not ranked.
func Giver(p Profile, room int) Profile {
	room = max(0, min(room, FullRoom))
	own := normalNeeds(p.Needs)
	own = own[:min(len(own), MaxNeeds-roomNeeds)]
	part := FullWeight
	if len(own) == 0 {
		part /= 2 // the half that is theirs stays open
	}
	given := max(crumb, part*room/FullRoom)
	p.Needs = append(own[:len(own):len(own)], Need{roomGiven, uint8(given)}, Need{roomMissing, uint8(max(1, FullWeight-given))})
	return p
}

// Mentor returns the view of a mentor: their topics are what they offer, and
// their side is the room for free more mentees of those they take.
func Mentor(p Profile, topics []Skill, free, of int) Profile {
	p.Needs, p.Offers = nil, make([]Offer, len(topics))
	for i, s := range topics {
		p.Offers[i] = Offer{s, Seasoned}
	}
	if of <= 0 {
		return Giver(p, 0)
	}
	return Giver(p, FullRoom*max(0, min(free, of))/of)
}

// RankGivers ranks those of a pool of givers who have room and cover at least
// one need of the call: who covers none cannot help, however well they fit.
func (p *Pool) RankGivers(call Profile, q Question) []Match {
	me, allow := p.definition.read(call), q.Allow
	var m member
	q.Allow = func(id string) bool {
		at, found := p.find(id)
		if !found {
			return false
		}
		giver := p.unpack(at, &m)
		return !giver.full() && p.definition.covers(me, giver.Offers) && (allow == nil || allow(id))
	}
	return told(p.Rank(call, q), false)
}

// RankCalls ranks the calls of which the giver covers at least one need. Calls
// have distinct ids and are few at a time: each is scored.
func (d *Definition) RankCalls(giver Profile, calls []Profile, q Question) []Match {
	me := d.read(giver)
	if me.full() {
		return nil
	}
	var open []Profile
	for _, c := range calls {
		if d.covers(d.read(c), me.Offers) {
			open = append(open, c)
		}
	}
	return told(d.Rank(giver, open, q), true)
}

// RankDoors ranks programmes, as Giver makes them, for a member. Who needs
// nothing of what a programme helps with may still come for its cause or place.
func (d *Definition) RankDoors(member Profile, doors []Profile, q Question) []Match {
	return told(d.Rank(asking(member), doors, q), false)
}

// full reports whether a giver has no room.
func (m *member) full() bool {
	for _, n := range m.Needs {
		if n.Skill == roomGiven {
			return n.Weight <= crumb
		}
	}
	return true
}

// covers reports whether the offers cover a need, exactly or nearly.
func (d *Definition) covers(m *member, offers []Offer) bool {
	for n := range m.needs {
		if _, worth := d.cover(&m.needs[n], offers); worth > 0 {
			return true
		}
	}
	return false
}

// told says which terms are about room, on the side of the giver.
func told(matches []Match, viewerGives bool) []Match {
	for i := range matches {
		side := &matches[i].Reasons.ForCandidate
		if viewerGives {
			side = &matches[i].Reasons.ForViewer
		}
		side.Needs -= roomNeeds
		for t := range side.Terms {
			if term := &side.Terms[t]; term.Kind == CoversNeed && term.Need == roomGiven {
				*term = Term{Kind: HasRoom, Points: term.Points}
			}
		}
	}
	return matches
}

// All yields a copy of every profile of the pool, those edited last at the end.
func (p *Pool) All() iter.Seq[Profile] {
	return func(yield func(Profile) bool) {
		gone := p.gone
		for at := range p.settled.records {
			if len(gone) > 0 && gone[0] == uint32(at) {
				gone = gone[1:]
				continue
			}
			if !yield(p.copyAt(at)) {
				return
			}
		}
		for i := range p.fresh {
			if !yield(p.copyAt(^i)) {
				return
			}
		}
	}
}

func (p *Pool) copyAt(at int) Profile {
	var m member
	return p.unpack(at, &m).Profile.normal()
}
