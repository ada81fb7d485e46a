package community

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// LocalShares are the shares of a place's people to whom each thing applies, as its statistics say: what the figures of a
// hub are held against. Hosts bring them; everybody can read them and where they are from.
type LocalShares struct {
	Record[HubID] `bson:",inline"`
	Tenths        map[Group]int `json:"tenths"` // of a percent
	Source        string        `json:"source"`
	At            Instant       `json:"at"`
}

// LocalShareStore is what the domain needs of the store.
type LocalShareStore interface {
	Keeper[HubID, LocalShares]
}

// LocalSharesDraft is a table as people paste it: a line for each group, with its name and a percentage.
type LocalSharesDraft struct {
	Table  string `json:"table"`
	Source string `json:"source"` // such as: city statistics, 2026
}

// SharesOf are the shares at the place of a hub; nil when nobody brought any. Everybody in the network may read them.
func (n *Network) SharesOf(ctx context.Context, v Viewer, hub HubID) (*LocalShares, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	s, err := n.LocalShares.Get(ctx, hub)
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	return s, err
}

// BringShares takes the place's own figures in the place of those before; for hosts of the hub.
func (n *Network) BringShares(ctx context.Context, v Viewer, hub HubID, d LocalSharesDraft) error {
	if _, err := n.Hubs.Get(ctx, hub); err != nil {
		return err
	}
	if !v.Hosts(hub) {
		return Forbidden("inclusion.only-hosts")
	}
	tenths, problems := d.check()
	if err := Invalid(problems); err != nil {
		return err
	}
	fresh := &LocalShares{Record: Record[HubID]{ID: hub}, Tenths: tenths, Source: d.Source, At: n.Now()}
	err := n.LocalShares.Add(ctx, fresh)
	if KindOf(err) != KindConflict {
		return err
	}
	_, err = n.LocalShares.Change(ctx, hub, func(s *LocalShares) error {
		s.Tenths, s.Source, s.At = fresh.Tenths, fresh.Source, fresh.At
		return nil
	})
	return err
}

// check reads the table and finds the first line that is wrong.
func (d *LocalSharesDraft) check() (map[Group]int, Problems) {
	p := Problems{}
	d.Source = Line(d.Source)
	p.need("source", d.Source, SummaryMax)
	d.Table = Paragraphs(d.Table)
	p.need("table", d.Table, TextMax)
	if len(p) > 0 {
		return nil, p
	}
	tenths := map[Group]int{}
	lines := csv.NewReader(strings.NewReader(strings.NewReplacer(";", ",", "\t", ",").Replace(d.Table)))
	lines.FieldsPerRecord, lines.TrimLeadingSpace = -1, true
	for at := 1; ; at++ {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if say := takeShare(tenths, cells, err); say != "" {
			if at == 1 && say == "inclusion.problem-group" { // a heading
				continue
			}
			p["table"] = Problem{Say: say, Args: map[string]any{"line": at}}
			return nil, p
		}
	}
	if len(tenths) == 0 {
		p["table"] = Problem{Say: "inclusion.problem-empty"}
	}
	return tenths, p
}

func takeShare(tenths map[Group]int, cells []string, err error) (problem string) {
	if err != nil || len(cells) != 2 {
		return "inclusion.problem-line"
	}
	g := Group(strings.ToLower(Line(cells[0])))
	if g == RatherNotSay || !slices.Contains(Groups, g) {
		return "inclusion.problem-group"
	}
	if _, twice := tenths[g]; twice {
		return "inclusion.problem-twice"
	}
	text := strings.TrimSuffix(strings.Map(plainDigit, Line(cells[1])), "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(share >= 0 && share <= 100) {
		return "inclusion.problem-share"
	}
	tenths[g] = int(share*10 + 0.5)
	return ""
}
