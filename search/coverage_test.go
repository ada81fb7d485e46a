package search

import (
	"slices"
	"testing"
)

// behaviours must each be shown by a case.
var behaviours = []string{
	"english", "french", "arabic", "ukrainian", "hindi", "chinese",
	"typo-none", "typo-one", "typo-two", "first-letter", "transposition", "prefix", "prefix-typo", "words", "proximity", "attribute",
	"repetition", "exactness", "split", "joined", "accents", "arabic-marks", "alef", "article", "yo", "yi", "devanagari", "han", "synonyms",
	"filters", "facets", "geo", "geo-sort", "sort", "paging", "highlights", "escaping", "syntax",
	"audience", "audience-counts", "audience-highlights", "audience-filter", "audience-range",
}

const casesLeast = 120

func TestCasesShowEveryBehaviour(t *testing.T) {
	count, shown := 0, map[string]bool{}
	for _, s := range readStories(t) {
		count += len(s.cases)
		for _, c := range s.cases {
			for _, b := range c.about {
				shown[b] = true
			}
		}
	}
	if count < casesLeast {
		t.Errorf("%d cases, want %d", count, casesLeast)
	}
	for _, b := range behaviours {
		if !shown[b] {
			t.Errorf("no case is about %s", b)
		}
	}
	t.Logf("%d cases", count)
}

// differences are the cases that hold on the embedded engine alone, each with its reason in the file. They follow from
// Meilisearch's documentation: a real server is not asked in every run.
var differences = []string{
	"a craft is found with its article, and joined with others",
	"a craft named with its article is found without",
	"a name with its article is found without",
	"an Arabic craft without its article",
	"one Chinese character",
	"Thai without spaces",
}

func TestDifferencesOfTheEnginesAreListed(t *testing.T) {
	var found []string
	for _, s := range readStories(t) {
		for _, c := range s.cases {
			if c.only != "" {
				found = append(found, c.name)
			}
		}
	}
	slices.Sort(found)
	want := slices.Clone(differences)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("the engines differ in %q, listed are %q", found, want)
	}
}
