package community

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Some people have no mailbox, no telephone, or nobody who has shown them. A helper acts for them: within what they allowed,
// until a day, and every act is written down under both names where the person reads it.

// AssistanceID is derived from the member and the helper.
type AssistanceID string

// Scope is something that a helper may do.
type Scope string

const (
	ScopeProfile       Scope = "profile"       // say who they are, and ask a hub to welcome them
	ScopeBoard         Scope = "board"         // asks and offers
	ScopeEvents        Scope = "events"        // join events
	ScopeIntroductions Scope = "introductions" // ask to meet people, and answer
	ScopeProgrammes    Scope = "programmes"    // apply
	ScopeMessages      Scope = "messages"      // read and write what they talk about with others
)

// Scopes in the order of the form.
var Scopes = []Scope{ScopeProfile, ScopeBoard, ScopeEvents, ScopeIntroductions, ScopeProgrammes, ScopeMessages}

const (
	helpMonthsMax = 6 // then it is asked for again: what somebody allowed a year ago they have forgotten
	helpersMax    = 3 // at a time: more, and nobody knows who did what
	helpingMax    = 40
)

// Assistance is a member's consent that a helper acts for them.
type Assistance struct {
	Record[AssistanceID] `bson:",inline"`
	Member               MemberID `json:"member"`
	Helper               MemberID `json:"helper"`
	Scopes               []Scope  `json:"scopes"`
	Since                Instant  `json:"since"`
	Until                Instant  `json:"until"`
	NotedBy              MemberID `json:"notedBy,omitempty"` // the host to whom it was said; empty when the member gave it themselves
	EndedAt              Instant  `json:"endedAt,omitempty"`
	EndedBy              MemberID `json:"endedBy,omitempty"`
}

// Assistances is what the domain needs of the store.
type Assistances interface {
	Keeper[AssistanceID, Assistance]
	Of(ctx context.Context, member MemberID, page Page) ([]*Assistance, Cursor, error)    // newest first
	By(ctx context.Context, helper MemberID, page Page) ([]*Assistance, Cursor, error)    // newest first
	NotedBy(ctx context.Context, host MemberID, page Page) ([]*Assistance, Cursor, error) // any order
}

// Live tells whether the helper may act at a moment.
func (a *Assistance) Live(now Instant) bool { return a.EndedAt == 0 && now < a.Until }

// May tells whether the viewer may do something: a person everything that is theirs, a helper what they were allowed.
func (v Viewer) May(scope Scope) bool { return v.By == "" || v.may[scope] }

// alone refuses what nobody may do in somebody's name: who lets whom in, who helps, what is sealed.
func (v Viewer) alone() error {
	switch {
	case !v.Known():
		return Unauthenticated()
	case v.By != "":
		return Forbidden("helping.never")
	}
	return nil
}

// HelpDraft is what a person allows a helper.
type HelpDraft struct {
	Helper MemberID `json:"helper"`
	Scopes []Scope  `json:"scopes"`
	Months int      `json:"months"`
}

func (d *HelpDraft) check() Problems {
	p := Problems{}
	d.Scopes = someOf(p, "scopes", d.Scopes, Scopes, len(Scopes))
	if len(d.Scopes) == 0 && p["scopes"].Say == "" {
		p["scopes"] = Problem{Say: "problem.needed"}
	}
	p.between("months", d.Months, 1, helpMonthsMax)
	return p
}

// TakenIn is what a host writes about somebody who has no account, with them at the table.
type TakenIn struct {
	Name     string  `json:"name"`
	Language string  `json:"language"`
	Hub      HubID   `json:"hub"`
	Helper   string  `json:"helper"` // id of the member who helps; the host themselves when it is empty
	Scopes   []Scope `json:"scopes"`
	Months   int     `json:"months"`
	SaidYes  bool    `json:"saidYes"` // it was read to them in a language they understand, and they said yes
}

func (d *TakenIn) help(v Viewer) HelpDraft {
	helper := MemberID(d.Helper)
	if helper == "" {
		helper = v.ID
	}
	return HelpDraft{Helper: helper, Scopes: d.Scopes, Months: d.Months}
}

// CheckTakenIn refuses what can't be, before an account is made.
func (n *Network) CheckTakenIn(ctx context.Context, v Viewer, d TakenIn) error {
	if err := v.alone(); err != nil {
		return err
	}
	if !v.Hosts(d.Hub) {
		return NotFound("%s takes nobody in at %s", v.ID, d.Hub)
	}
	help := d.help(v)
	p := help.check()
	for field, problem := range CheckName(d.Name) {
		p[field] = problem
	}
	if !d.SaidYes {
		p["saidYes"] = Problem{Say: "helping.say-yes-first"}
	}
	if _, err := n.reachable(ctx, v, help.Helper); KindOf(err) == KindNotFound {
		p["helper"] = Problem{Say: "hubs.no-such-member"}
	} else if err != nil {
		return err
	}
	return Invalid(p)
}

// TakeIn makes a member of somebody who has no account of their own making; for hosts of the hub to which the person then
// belongs. The id is that of the account.
func (n *Network) TakeIn(ctx context.Context, v Viewer, id MemberID, d TakenIn) (*Assistance, error) {
	if err := n.CheckTakenIn(ctx, v, d); err != nil {
		return nil, err
	}
	if _, err := n.Join(ctx, id, d.Name, d.Language); err != nil {
		return nil, err
	}
	_, err := n.Members.Change(ctx, id, func(m *Member) error {
		m.Hub, m.Kept = d.Hub, true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n.allow(ctx, id, d.help(v), v.ID)
}

// Allow lets a helper act for the viewer: somebody they are connected with, a host of their hub, or who helped them before. Allowing
// again is renewing, with what is allowed now, also after the consent ran out. Nobody renews for somebody else: a person whose account
// is kept comes in with their card, or by two people and a day once that is lost (StartRecovery), and renews alone.
func (n *Network) Allow(ctx context.Context, v Viewer, d HelpDraft) (*Assistance, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	p := d.check()
	known, err := n.knownHelper(ctx, v, d.Helper)
	if err != nil {
		return nil, err
	}
	if !known {
		p["helper"] = Problem{Say: "helping.whom-you-know"}
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	live, err := n.helpersOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	if others := slices.DeleteFunc(live, func(a *Assistance) bool { return a.Helper == d.Helper }); len(others) >= helpersMax {
		return nil, TooMany("helping.enough", map[string]any{"max": helpersMax})
	}
	return n.allow(ctx, v.ID, d, "")
}

// knownHelper tells whether the viewer may ask somebody for help.
func (n *Network) knownHelper(ctx context.Context, v Viewer, id MemberID) (bool, error) {
	helper, err := n.reachable(ctx, v, id)
	if err != nil || id == v.ID {
		return false, ignoreMissing(err)
	}
	if v.Contact(id) || v.Hub != "" && slices.Contains(helper.HostOf, v.Hub) {
		return true, nil
	}
	_, err = n.Assistances.Get(ctx, AssistanceID(string(v.ID)+"~"+string(id)))
	return err == nil, ignoreMissing(err)
}

func (n *Network) allow(ctx context.Context, member MemberID, d HelpDraft, notedBy MemberID) (*Assistance, error) {
	a := &Assistance{Record: Record[AssistanceID]{ID: AssistanceID(string(member) + "~" + string(d.Helper))}, Member: member, Helper: d.Helper,
		Scopes: d.Scopes, Since: n.Now(), Until: At(n.Now().Time().AddDate(0, d.Months, 0)), NotedBy: notedBy}
	if err := n.noteAct(ctx, Act{Member: member, By: cmp.Or(notedBy, member), With: d.Helper, What: "allowed", Path: "/helping"}); err != nil {
		return nil, err
	}
	err := n.Assistances.Add(ctx, a)
	if KindOf(err) != KindConflict {
		return a, err
	}
	return n.Assistances.Change(ctx, a.ID, func(kept *Assistance) error {
		a.Record = kept.Record
		*kept = *a
		return nil
	})
}

// EndHelp ends a helper's consent; for either side, at any moment.
func (n *Network) EndHelp(ctx context.Context, v Viewer, id AssistanceID) error {
	if err := v.alone(); err != nil {
		return err
	}
	a, err := n.Assistances.Get(ctx, id)
	if err != nil {
		return err
	}
	if a.Member != v.ID && a.Helper != v.ID {
		return NotFound("assistance %s is not of %s", id, v.ID)
	}
	return n.endHelp(ctx, a, v.ID)
}

func (n *Network) endHelp(ctx context.Context, a *Assistance, by MemberID) error {
	_, err := n.Assistances.Change(ctx, a.ID, func(a *Assistance) error {
		if a.EndedAt != 0 {
			return ErrUnchanged
		}
		a.EndedAt, a.EndedBy = n.Now(), by
		return nil
	})
	if err != nil || a.EndedAt != 0 {
		return err
	}
	return n.noteAct(ctx, Act{Member: a.Member, By: by, With: a.Helper, What: "ended", Path: "/helping"})
}

// TakeOver makes an account that was kept for somebody their own. Helpers end with it, unless the person would like to
// keep them: then what they may do is the person's own consent from now on.
func (n *Network) TakeOver(ctx context.Context, v Viewer, keepHelpers bool) error {
	if err := v.alone(); err != nil {
		return err
	}
	live, err := n.helpersOf(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, a := range live {
		if keepHelpers {
			_, err = n.Assistances.Change(ctx, a.ID, func(a *Assistance) error { a.NotedBy = ""; return nil })
		} else {
			err = n.endHelp(ctx, a, v.ID)
		}
		if err != nil {
			return err
		}
	}
	m, err := n.Members.Get(ctx, v.ID)
	if err != nil || !m.Kept {
		return err
	}
	if err := n.noteAct(ctx, Act{Member: v.ID, By: v.ID, What: "taken-over", Path: "/way-in"}); err != nil {
		return err
	}
	_, err = n.Members.Change(ctx, v.ID, func(m *Member) error { m.Kept = false; return nil })
	return err
}

// helpersOf are the consents of a member that are live now.
func (n *Network) helpersOf(ctx context.Context, member MemberID) ([]*Assistance, error) {
	all, _, err := n.Assistances.Of(ctx, member, Page{Limit: PageMax})
	return slices.DeleteFunc(all, func(a *Assistance) bool { return !a.Live(n.Now()) }), err
}

// Helpers are those who may act for the viewer now, and those who might before, newest first.
func (n *Network) Helpers(ctx context.Context, v Viewer) ([]*Assistance, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	all, _, err := n.Assistances.Of(ctx, v.ID, Page{Limit: PageMax})
	return slices.DeleteFunc(all, func(a *Assistance) bool { return v.Apart(a.Helper) }), err
}

// Helped are those for whom the viewer may act now.
func (n *Network) Helped(ctx context.Context, v Viewer) ([]*Assistance, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	all, _, err := n.Assistances.By(ctx, v.ID, Page{Limit: helpingMax})
	return slices.DeleteFunc(all, func(a *Assistance) bool { return !a.Live(n.Now()) || v.Apart(a.Member) }), err
}

// CouldHelp are the people whom the viewer may ask for help: hosts of their hub, people they are connected with, and who helped before.
func (n *Network) CouldHelp(ctx context.Context, v Viewer) ([]Profile, error) {
	if err := v.alone(); err != nil {
		return nil, err
	}
	var ids []MemberID
	for id := range v.contacts {
		ids = append(ids, id)
	}
	before, err := n.Helpers(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, a := range before {
		ids = append(ids, a.Helper)
	}
	if v.Hub != "" {
		hub, err := n.Hubs.Get(ctx, v.Hub)
		if err != nil && KindOf(err) != KindNotFound {
			return nil, err
		}
		if hub != nil {
			ids = append(ids, hub.Hosts...)
		}
	}
	slices.Sort(ids)
	people, err := n.People(ctx, v, withOrWithout(slices.Compact(ids), v.ID, false))
	slices.SortFunc(people, byName)
	return people, err
}

// ActFor is the member as a helper acts for them: with their eyes, without what they are entrusted with as a host or a
// steward, and apart from everybody who is apart from either. It is forbidden as soon as the consent has ended.
func (n *Network) ActFor(ctx context.Context, v Viewer, member MemberID) (Viewer, error) {
	if err := v.alone(); err != nil {
		return Viewer{}, err
	}
	a, err := n.Assistances.Get(ctx, AssistanceID(string(member)+"~"+string(v.ID)))
	if err != nil && KindOf(err) != KindNotFound {
		return Viewer{}, err
	}
	if err != nil || !a.Live(n.Now()) || v.Apart(member) {
		return Viewer{}, Forbidden("helping.ended")
	}
	as, err := n.Viewer(ctx, member)
	if KindOf(err) == KindNotFound {
		return Viewer{}, Forbidden("helping.ended")
	}
	if err != nil {
		return Viewer{}, err
	}
	as.HostOf, as.Steward = nil, false
	as.By, as.ByName, as.may = v.ID, v.Name, map[Scope]bool{}
	for _, scope := range a.Scopes {
		as.may[scope] = true
	}
	apart := map[MemberID]bool{}
	for _, ids := range []map[MemberID]bool{as.apart, v.apart} {
		for id, is := range ids {
			apart[id] = apart[id] || is
		}
	}
	as.apart = apart
	return as, nil
}

// helpEndsSoon is how long before the end both sides are told, so that nobody stands before a closed door.
const helpEndsSoon = 14 * 24 * time.Hour

// EndsSoon tells whether a consent ends within a fortnight.
func (a *Assistance) EndsSoon(now Instant) bool {
	return a.Live(now) && now.Plus(helpEndsSoon) >= a.Until
}

// eraseAssistance ends what somebody who left allowed, and what they were allowed.
func (n *Network) eraseAssistance(ctx context.Context, id MemberID) error {
	remove := func(a *Assistance) error { return n.Assistances.Delete(ctx, a.ID) }
	for _, read := range []func(context.Context, MemberID, Page) ([]*Assistance, Cursor, error){n.Assistances.Of, n.Assistances.By} {
		if err := drain(func(p Page) ([]*Assistance, Cursor, error) { return read(ctx, id, p) }, remove); err != nil {
			return err
		}
	}
	return drain(func(p Page) ([]*Assistance, Cursor, error) { return n.Assistances.NotedBy(ctx, id, p) }, func(a *Assistance) error {
		_, err := n.Assistances.Change(ctx, a.ID, func(a *Assistance) error { a.NotedBy = ""; return nil })
		return err
	})
}
