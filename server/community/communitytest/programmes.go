package communitytest

import (
	"fmt"
	"strings"
	"testing"

	"longtable/server/community"
)

// ProgrammeDraft is complete: four places at a hub, and two people who decide.
func (x *Table) ProgrammeDraft() community.ProgrammeDraft {
	return community.ProgrammeDraft{Hub: x.Harbour, Title: "First table", Summary: "Half a year with us.", ForWhom: "People who start again in a new place.",
		Places: 4, Closes: "2027-04-01", Starts: "2027-05-01", Questions: []string{"What would you like to build?"},
		Reviewers: []community.MemberID{x.Dana.ID, x.Chen.ID}}
}

// OpenProgramme is posted and published by the host of Harbour.
func (x *Table) OpenProgramme(t *testing.T, change func(*community.ProgrammeDraft)) *community.Programme {
	t.Helper()
	d := x.ProgrammeDraft()
	if change != nil {
		change(&d)
	}
	return x.Publish(t, x.Dana, d)
}

// Publish posts a programme and opens it. A draft without anybody who decides has the host and the steward decide.
func (x *Table) Publish(t *testing.T, host community.Viewer, d community.ProgrammeDraft) *community.Programme {
	t.Helper()
	if len(d.Reviewers) == 0 {
		d.Reviewers = []community.MemberID{host.ID, x.Farid.ID}
	}
	p, err := x.PostProgramme(t.Context(), host, d)
	must(t, err)
	p, err = x.PublishProgramme(t.Context(), host, p.ID)
	must(t, err)
	return p
}

// Applicants apply one after another, each under a name of their own, and are known by their codes.
func (x *Table) Applicants(t *testing.T, p *community.Programme, n int, change func(i int, d *community.ApplicationDraft)) (codes []string) {
	t.Helper()
	for i := range n {
		d := community.ApplicationDraft{Name: fmt.Sprintf("Applicant Nr%dname", i), Reach: fmt.Sprintf("+351 912 000 %03d", i), Answers: map[string]string{}}
		for _, q := range p.Questions {
			d.Answers[q.ID] = fmt.Sprintf("I would build thing %d, says %s.", i, d.Name)
		}
		if change != nil {
			change(i, &d)
		}
		code, _, err := x.Apply(t.Context(), community.Viewer{}, p.ID, d)
		must(t, err)
		codes = append(codes, code)
	}
	return codes
}

// ReadAll lets those who decide give all reviews that are due, with points that points says by number of the application.
func (x *Table) ReadAll(t *testing.T, p *community.Programme, points func(number int) int) {
	t.Helper()
	for again := true; again; {
		again = false
		for _, id := range p.Reviewers {
			v := x.See(t, id)
			_, readings, _, err := x.ReadingsOf(t.Context(), v, p.ID)
			must(t, err)
			for _, r := range readings {
				if !r.Due {
					continue
				}
				d := community.ReviewDraft{Points: map[string]int{}, Words: "Come to the open evening, and bring your plan."}
				for _, c := range p.Criteria {
					d.Points[c.ID] = points(r.Number)
				}
				_, err := x.Review(t.Context(), v, r.ID, d)
				must(t, err)
				again = true
			}
		}
	}
}

// DrawValue is what somebody commits to in a test.
func DrawValue(v community.Viewer) string {
	return strings.Repeat(string(v.ID), 2)
}

// Draw leads a programme whose applications were read through the freezing and the showing of values.
func (x *Table) Draw(t *testing.T, p *community.Programme) *community.DrawFile {
	t.Helper()
	for _, id := range p.Reviewers {
		must(t, x.CommitToDraw(t.Context(), x.See(t, id), p.ID, DrawValue(x.See(t, id))))
	}
	must(t, x.Freeze(t.Context(), x.Dana, p.ID))
	for _, id := range p.Reviewers {
		must(t, x.ShowDrawValue(t.Context(), x.See(t, id), p.ID, DrawValue(x.See(t, id))))
	}
	file, err := x.DrawOf(t.Context(), community.Viewer{}, p.ID)
	must(t, err)
	return file
}
