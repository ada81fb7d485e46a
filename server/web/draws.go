package web

import (
	"context"
	"encoding/json"

	"longtable/frontend/pages/programmes"
	"longtable/server/community"
)

// drawData is the public record of a draw, and how many were in at each stage.
type drawData struct {
	Programme community.ProgrammeID  `json:"programme"`
	Draw      *community.DrawFile    `json:"draw"` // null before the list is frozen
	Report    []community.StageCount `json:"report"`
	Commits   int                    `json:"commits"` // so far, while people commit
}

type valueBody struct {
	Value string `json:"value"`
}

// showDraw is the draw for everybody; with ?as=file the file that replays it.
func showDraw(q *Request) (Answer, error) {
	p, _, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	file, err := q.Network.DrawOf(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return Answer{}, err
	}
	if q.Ask("as") == "file" {
		if file == nil {
			return Answer{}, community.NotFound("the list of %s is not frozen", p.ID)
		}
		body, err := json.MarshalIndent(file, "", "  ")
		if err != nil {
			return Answer{}, err
		}
		return q.sendFile("application/json", "draw-"+string(p.ID)+".json", append(body, '\n'))
	}
	report, err := q.Network.ReportOf(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return Answer{}, err
	}
	stands, err := q.Network.DrawStands(q.Context(), q.Viewer, p.ID)
	if err != nil {
		return Answer{}, err
	}
	view := drawView(p, file, report, stands)
	view.Form = q.formWithout([]string{"value"}, nil)
	return Answer{Data: drawData{p.ID, file, orEmpty(report), stands.Commits}, View: View{Title: q.Say("draws.title"), Section: "programmes", Content: programmes.Draw(view),
		Modules: []string{"form"}}}, nil
}

func drawView(p *community.Programme, file *community.DrawFile, report []community.StageCount, stands community.DrawStanding) programmes.DrawView {
	v := programmes.DrawView{ID: string(p.ID), Title: p.Title, State: string(p.State), Commits: stands.Commits, ValueMin: community.DrawValueMin,
		MayCommit: stands.TakesPart && stands.Committing && p.State != community.ProgrammeDrafted, MayShow: stands.TakesPart && stands.Mine && stands.Showing,
		Committed: stands.Mine, Shown: stands.MineShown, ShowBy: stands.ShowBy.In(p.Zone)}
	for _, s := range report {
		v.Report = append(v.Report, programmes.Stage{Name: s.Stage, All: int(s.All)})
	}
	if file == nil {
		return v
	}
	v.List, v.Rows, v.Drawn, v.Places, v.Reserved, v.Fits, v.Result, v.Eligible, v.Seed = file.List, len(file.Rows), len(file.Order), file.Places, file.Reserved, file.Fits, file.Result, file.Eligible, file.Seed
	for _, r := range file.Rounds {
		round := programmes.Round{Number: r.Number, Digest: r.Digest, Void: r.Void}
		for i, c := range r.Commitments {
			value := programmes.Value{Commitment: c, House: i == len(r.Commitments)-1}
			if len(r.Values) > 0 {
				value.Text, value.Withheld = r.Values[i], r.Values[i] == ""
			}
			round.Values = append(round.Values, value)
		}
		v.Rounds = append(v.Rounds, round)
	}
	return v
}

func commitToDraw(q *Request) (Answer, error) {
	return q.drawing(q.Network.CommitToDraw, "draws.said-committed")
}

func showDrawValue(q *Request) (Answer, error) {
	return q.drawing(q.Network.ShowDrawValue, "draws.said-shown")
}

func (q *Request) drawing(do drawVerb, said string) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[valueBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := do(q.Context(), q.Viewer, id, body.Value); err != nil {
		return Answer{}, err
	}
	return Gone("/programmes/"+string(id)+"/draw", said), nil
}

// drawVerb is committing to a value, or showing it.
type drawVerb func(ctx context.Context, v community.Viewer, id community.ProgrammeID, value string) error
