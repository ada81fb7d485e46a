package community

import (
	"context"
	"slices"
)

// What somebody shared with others: it stays for them, without who left.

// eraseTalks empties what the member said. A conversation that nobody is left to read goes as a whole.
func (n *Network) eraseTalks(ctx context.Context, id MemberID, last bool) error {
	page := Page{Limit: PageMax}
	for {
		seats, next, err := n.Seats.Of(ctx, id, page)
		if err != nil {
			return err
		}
		for _, seat := range seats {
			if err := n.eraseTalk(ctx, id, seat.Conversation); err != nil {
				return err
			}
			if last {
				if err := ignoreMissing(n.Seats.Delete(ctx, seat.ID)); err != nil {
					return err
				}
			}
		}
		if next == "" {
			return nil
		}
		if page.After = next; last {
			page.After = "" // those seen are gone
		}
	}
}

func (n *Network) eraseTalk(ctx context.Context, id MemberID, talk ConversationID) error {
	c, err := n.Conversations.Get(ctx, talk)
	if KindOf(err) == KindNotFound {
		return n.endTalk(ctx, talk) // a message that was under way may have come after its end
	}
	if err != nil {
		return err
	}
	readers, err := n.Members.Many(ctx, c.Members)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(readers, func(m *Member) bool { return m != nil && m.ID != id }) {
		return n.endTalk(ctx, talk)
	}
	if err := n.emptyMessages(ctx, id, talk); err != nil {
		return err
	}
	title, err := n.subjectStays(ctx, id, c.Subject)
	if err != nil {
		return err
	}
	_, err = n.Conversations.Change(ctx, talk, func(c *Conversation) error {
		left := Subject{Kind: c.Subject.Kind}
		if title {
			left = c.Subject
		}
		untold, asked := partSteps(c.Untold, id), c.partRequest(id)
		if c.Subject == left && !untold && !asked {
			return ErrUnchanged
		}
		c.Subject = left
		return nil
	})
	return ignoreMissing(err)
}

// partRequest takes somebody who left out of what is kept of a first message. It tells whether there was anything to take.
func (c *Conversation) partRequest(id MemberID) bool {
	if c.AskedBy != id && c.AskedOf != id {
		return false
	}
	c.First, c.FirstAt, c.AskedAt, c.AskedOf, c.AskedBy = "", 0, 0, "", ""
	return true
}

// subjectStays tells whether a conversation may go on saying what it is about: the title of somebody else's posting.
func (n *Network) subjectStays(ctx context.Context, id MemberID, about Subject) (bool, error) {
	if about.Kind != SubjectPosting {
		return about.Kind != SubjectIntroduction, nil
	}
	p, err := n.Postings.Get(ctx, PostingID(about.ID))
	if err != nil {
		return false, ignoreMissing(err)
	}
	return p.Author != id, nil
}

// emptyMessages takes the words, and the nonce, which a program may have made of anything, and their reactions to what
// others said. The entry stays, so that the numbers have no gap; its own id is as good a nonce as any, for nobody sends
// it again.
func (n *Network) emptyMessages(ctx context.Context, id MemberID, talk ConversationID) error {
	for seq := int64(0); ; {
		found, err := n.Messages.Behind(ctx, talk, seq, PageMax)
		if err != nil || len(found) == 0 {
			return err
		}
		for _, m := range found {
			seq = m.Seq
			if !m.part(id) {
				continue
			}
			_, err := n.Messages.Change(ctx, m.ID, func(m *Message) error { m.part(id); return nil })
			if ignoreMissing(err) != nil {
				return err
			}
		}
	}
}

func (n *Network) endTalk(ctx context.Context, talk ConversationID) error {
	read := func(p Page) ([]*Message, Cursor, error) {
		found, err := n.Messages.Behind(ctx, talk, 0, p.Limit)
		return found, "", err
	}
	if err := drain(read, func(m *Message) error { return n.Messages.Delete(ctx, m.ID) }); err != nil {
		return err
	}
	files := func(p Page) ([]*File, Cursor, error) { return n.Files.In(ctx, talk, p) }
	if err := drain(files, func(f *File) error { return n.dropFiles(ctx, []*File{f}) }); err != nil {
		return err
	}
	return ignoreMissing(n.Conversations.Delete(ctx, talk))
}

// eraseReports keeps of a report what others brought: of one by the member what was reported and when, without their
// name and words; of one about them the words of who made it, closed, because there is nobody left to act on.
func (n *Network) eraseReports(ctx context.Context, id MemberID) error {
	for _, side := range []struct {
		read func(context.Context, MemberID, Page) ([]*Report, Cursor, error)
		part func(*Report)
	}{
		{n.Reports.By, func(r *Report) { r.By, r.Words = "", "" }},
		{n.Reports.About, func(r *Report) { r.Person, r.Subject, r.Evidence, r.Desk = "", "", "", "" }},
		{n.Reports.HandledBy, func(r *Report) { r.HandledBy = "" }},
	} {
		read := func(p Page) ([]*Report, Cursor, error) { return side.read(ctx, id, p) }
		if err := drain(read, func(r *Report) error { return n.partReport(ctx, r.ID, side.part) }); err != nil {
			return err
		}
	}
	return nil
}

// partReport takes somebody out of a report. One that is by nobody and about nobody any more says nothing, and goes.
func (n *Network) partReport(ctx context.Context, id ReportID, part func(*Report)) error {
	r, err := n.Reports.Change(ctx, id, func(r *Report) error { part(r); return nil })
	if err != nil || r.By != "" || r.Person != "" {
		return err
	}
	return n.Reports.Delete(ctx, id)
}

// eraseFromEnterprises reads all of them: the people of an enterprise stand in a list that no index reaches.
func (n *Network) eraseFromEnterprises(ctx context.Context, id MemberID) error {
	for e, err := range n.Enterprises.Each(ctx) {
		if err != nil {
			return err
		}
		switch {
		case !e.knows(id):
		case !e.without(id).peopled():
			if err = n.endRoles(ctx, e.ID); err == nil {
				err = n.Enterprises.Delete(ctx, e.ID)
			}
		default:
			_, err = n.Enterprises.Change(ctx, e.ID, func(e *Enterprise) error { *e = e.without(id); return nil })
		}
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}

// knows tells whether the member has or had a part in the enterprise.
func (e *Enterprise) knows(id MemberID) bool {
	return slices.ContainsFunc(e.People, func(r Role) bool { return r.Member == id })
}

// without is the enterprise as if the member never had a part in it.
func (e *Enterprise) without(id MemberID) Enterprise {
	others := *e
	others.People = slices.DeleteFunc(slices.Clone(e.People), func(r Role) bool { return r.Member == id })
	return others
}

// peopled tells whether anybody has a part in the enterprise today.
func (e Enterprise) peopled() bool {
	return slices.ContainsFunc(e.People, func(r Role) bool { return r.Until == 0 })
}

// eraseFromEvents gives places back, those of events that are over too, and leaves events that the member announced to
// their hub.
func (n *Network) eraseFromEvents(ctx context.Context, id MemberID) error {
	for e, err := range n.Events.Each(ctx) {
		if err != nil {
			return err
		}
		if !e.knows(id) {
			continue
		}
		_, err := n.Events.Change(ctx, e.ID, func(e *Event) error {
			e.forget(id)
			if e.EndsAt > n.Now() {
				e.fill()
			}
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}

func (e *Event) knows(id MemberID) bool {
	return e.Host == id || e.AttendanceOf(id) != NotComing || slices.ContainsFunc(e.Moved, func(m Move) bool { return m.Member == id })
}

func (e *Event) forget(id MemberID) {
	if e.Host == id {
		e.Host = ""
	}
	e.Going = withOrWithout(e.Going, id, false)
	e.Waiting = withOrWithout(e.Waiting, id, false)
	for i := range e.Moved {
		if e.Moved[i].Member == id {
			e.Moved[i].Member = "" // its number stays, or the next step would be counted as one that was told
		}
	}
}

func (n *Network) eraseFromHubs(ctx context.Context, id MemberID) error {
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return err
	}
	for _, h := range hubs {
		if !slices.Contains(h.Hosts, id) && !slices.Contains(h.Bookkeepers, id) {
			continue
		}
		_, err := n.Hubs.Change(ctx, h.ID, func(h *Hub) error {
			h.Hosts, h.Bookkeepers = withOrWithout(h.Hosts, id, false), withOrWithout(h.Bookkeepers, id, false)
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}
