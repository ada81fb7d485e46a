package matching

import (
	"slices"
	"strconv"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/search/query"
)

// peer is what one would take instead: a text engine with the profiles as
// documents and the viewer's needs, offers, causes and place as a boosted
// disjunction. Its list is another one.
type peer struct {
	tb         testing.TB
	definition *Definition
	index      bleve.Index
}

type document struct {
	Offers, Needs, Causes []string
	Hub, Sector           string
}

func newPeer(tb testing.TB, d *Definition, profiles []Profile) *peer {
	field := bleve.NewTextFieldMapping()
	field.Analyzer = keyword.Name
	field.Store, field.IncludeTermVectors, field.IncludeInAll = false, false, false
	layout := bleve.NewDocumentStaticMapping()
	for _, name := range []string{"Offers", "Needs", "Causes", "Hub", "Sector"} {
		layout.AddFieldMappingsAt(name, field)
	}
	mapping := bleve.NewIndexMapping()
	mapping.DefaultMapping = layout
	index, err := bleve.New(tb.TempDir()+"/peer", mapping)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := index.Close(); err != nil {
			tb.Error(err)
		}
	})
	p := &peer{tb, d, index}
	for part := range slices.Chunk(profiles, 4000) {
		p.add(part)
	}
	return p
}

func (p *peer) add(profiles []Profile) {
	batch := p.index.NewBatch()
	for i := range profiles {
		if err := batch.Index(profiles[i].ID, documentOf(&profiles[i])); err != nil {
			p.tb.Fatal(err)
		}
	}
	if err := p.index.Batch(batch); err != nil {
		p.tb.Fatal(err)
	}
}

func documentOf(p *Profile) document {
	d := document{Hub: strconv.Itoa(int(p.Hub)), Sector: strconv.Itoa(int(p.Sector)), Causes: causesOf(p.Causes)}
	for _, o := range p.Offers {
		d.Offers = append(d.Offers, strconv.Itoa(int(o.Skill)))
	}
	for _, n := range p.Needs {
		d.Needs = append(d.Needs, strconv.Itoa(int(n.Skill)))
	}
	return d
}

func causesOf(mask uint32) (causes []string) {
	for c := range Causes {
		if mask>>c&1 == 1 {
			causes = append(causes, strconv.Itoa(c))
		}
	}
	return causes
}

// rank asks for twenty. It returns no list, for it is not comparable.
func (p *peer) rank(viewer Profile) []Ranked {
	var terms []query.Query
	term := func(field, value string, boost float64) {
		q := bleve.NewTermQuery(value)
		q.SetField(field)
		q.SetBoost(boost)
		terms = append(terms, q)
	}
	for _, n := range normalNeeds(viewer.Needs) {
		boost := 3 * float64(n.Weight) / FullWeight
		term("Offers", strconv.Itoa(int(n.Skill)), boost)
		for _, r := range p.definition.related[n.Skill] {
			term("Offers", strconv.Itoa(int(r.Skill)), boost*float64(r.Sixteenths)/sameSkill)
		}
	}
	for _, o := range viewer.Offers {
		term("Needs", strconv.Itoa(int(o.Skill)), 1)
	}
	for _, c := range causesOf(viewer.Causes) {
		term("Causes", c, 0.2)
	}
	term("Hub", strconv.Itoa(int(viewer.Hub)), 0.1)
	term("Sector", strconv.Itoa(int(viewer.Sector)), 0.1)
	request := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(terms...), 20, 0, false)
	result, err := p.index.Search(request)
	if err != nil {
		p.tb.Fatal(err)
	}
	if len(result.Hits) == 0 {
		p.tb.Fatalf("bleve finds nobody for %s", viewer.ID)
	}
	return nil
}
