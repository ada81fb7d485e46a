package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// crowd makes n members with synthetic words: the same ones every time.
func crowd(n int) []Document {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 20_000)
	for i := range words {
		words[i] = syllables(r)
	}
	often := rand.NewZipf(r, 1.1, 4, uint64(len(words)-1))
	text := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = words[often.Uint64()]
		}
		return strings.Join(out, " ")
	}
	docs := make([]Document, n)
	for i := range docs {
		id := fmt.Sprintf("m%05d", i)
		docs[i] = Document{
			ID: id, Of: id, Rev: 1, Audience: []string{"network"}, Except: []string{fmt.Sprintf("member:m%05d", r.IntN(n))},
			Text:    map[string][]string{"name": {words[r.IntN(2_500)] + " " + words[r.IntN(len(words))]}, "headline": {text(6)}, "skills": {}, "bio": {text(40)}},
			Facets:  map[string][]string{"hub": {fmt.Sprintf("hub%d", r.IntN(100))}, "language": {fmt.Sprintf("l%d", r.IntN(40))}},
			Numbers: map[string]float64{"joined": float64(i)},
			Place:   &Point{r.Float64()*120 - 60, r.Float64()*360 - 180},
		}
		for range 8 + r.IntN(8) {
			skill := often.Uint64() % 3_000
			docs[i].Facets["skill"] = append(docs[i].Facets["skill"], fmt.Sprintf("s%d", skill))
			docs[i].Text["skills"] = append(docs[i].Text["skills"], words[skill]+" "+words[skill+1])
		}
	}
	return docs
}

func syllables(r *rand.Rand) string {
	var b strings.Builder
	for range 2 + r.IntN(3) {
		b.WriteByte("bdfgklmnprstvz"[r.IntN(14)])
		b.WriteByte("aeiou"[r.IntN(5)])
		if r.IntN(3) == 0 {
			b.WriteByte("lmnrs"[r.IntN(5)])
		}
	}
	return b.String()
}

// members is the size of the network that the benchmarks measure.
const members = 16_000

// BenchmarkEmbedded measures one network, its rebuild and reopening too: `go test -v -run - -bench Embedded ./search`.
func BenchmarkEmbedded(b *testing.B) {
	docs := crowd(members)
	dir := b.TempDir()
	e, err := OpenEmbedded(dir)
	if err != nil {
		b.Fatal(err)
	}
	s := story{}.schema()
	start := time.Now()
	if err := e.Rebuild(b.Context(), s, sourceOf(docs), nil); err != nil {
		b.Fatal(err)
	}
	b.Logf("rebuild of %d: %v", members, time.Since(start))
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	start = time.Now()
	e = openEmbeddedAt(b, dir)
	if _, err := e.Ensure(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	b.Logf("reopening: %v", time.Since(start))

	queries := benchQueries(docs)
	for _, kind := range sortedKeys(queries) {
		q := queries[kind]
		q.Index, q.Viewer, q.Limit = "people", []string{"network", "hub:x", "member:m00001"}, 20
		q.Facets, q.FacetSize, q.Highlight = []string{"hub", "language", "skill"}, 10, []string{"name", "headline", "skills"}
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Search(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("apply one", func(b *testing.B) {
		for b.Loop() {
			if err := e.Apply(b.Context(), "people", Batch{Upserts: docs[5:6]}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchQueries holds one query of each class.
func benchQueries(docs []Document) map[string]Query {
	name := strings.Fields(docs[77].Text["name"][0])
	long := docs[3].Text["skills"][0]
	typo := long[:2] + long[3:]
	return map[string]Query{
		"one letter":      {Text: name[0][:1]},
		"three letters":   {Text: name[0][:3]},
		"word with typo":  {Text: typo + " "},
		"two words, typo": {Text: typo + " " + docs[3].Text["headline"][0][:4]},
		"browse":          {},
		"near":            {Text: name[0][:4], Filter: GeoRadius{*docs[77].Place, 500_000}, Sort: []Sort{{Near: docs[77].Place}}},
		"relaxed":         {Text: "qqqqq " + name[0]},
	}
}
