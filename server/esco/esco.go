// Package esco reads the ESCO classification of the European Commission as concepts for the network's list of skills, in
// either form in which it can be had: the tables of ESCO's own download, one for each language, and the two reduced tables
// that the evaluation reads. Free reuse with acknowledgement, which the page of the skills gives.
package esco

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"longtable/matching"
	"longtable/server/community"
)

// ErrNone is matched by the error for a folder without ESCO; the error says what belongs there.
var ErrNone = errors.New("esco: the classification is not in this folder")

// Read reads the classification in a folder. progress is told now and then how many bytes of how many are read. A file
// that is broken is refused as a whole, by its name, the line and what is wrong there.
func Read(dir string, progress func(done, of int64)) ([]community.Concept, error) {
	m := &meter{tell: progress}
	tables, err := filepath.Glob(filepath.Join(dir, "skills_*.csv"))
	if err != nil {
		return nil, fmt.Errorf("esco: look into %s: %w", dir, err)
	}
	var c *classification
	switch reduced := filepath.Join(dir, reducedSkills); {
	case len(tables) > 0:
		c, err = readDownload(dir, tables, m)
	case exists(reduced):
		c, err = readReduced(dir, m)
	default:
		return nil, fmt.Errorf("%w: put there skills_en.csv, skills_fr.csv and so on with occupationSkillRelations_en.csv, from the CSV "+
			"download of https://esco.ec.europa.eu/en/use-esco/download, or %s with %s", ErrNone, reducedSkills, reducedOccupations)
	}
	if err != nil {
		return nil, err
	}
	return c.concepts(), nil
}

// classification is what was read: the concepts by number, and which belong to one occupation.
type classification struct {
	keys        []string
	names       []map[string]string // by language, of each concept
	numbers     map[string]int      // by key
	occupations [][]matching.Skill  // by number of concept
}

func newClassification() *classification { return &classification{numbers: map[string]int{}} }

// add names a concept in a language. A name that is longer than a list can show is left out.
func (c *classification) add(key, language, name string) error {
	at, known := c.numbers[key]
	if !known {
		if at = len(c.keys); at == community.ConceptsMax {
			return fmt.Errorf("there are more than %d concepts, which is no ESCO", community.ConceptsMax)
		}
		c.numbers[key] = at
		c.keys, c.names = append(c.keys, key), append(c.names, map[string]string{})
	}
	if c.names[at][language] != "" {
		return fmt.Errorf("%s stands there twice", key)
	}
	if !utf8.ValidString(name) {
		return errors.New("the name is not written in UTF-8")
	}
	if name = community.Line(name); name != "" && utf8.RuneCountInString(name) <= community.ConceptNameMax {
		c.names[at][language] = name
	}
	return nil
}

// concepts are what can be imported: those with a name, each with what is related by occurring in the same occupations.
func (c *classification) concepts() []community.Concept {
	related := matching.LearnRelated(c.occupations, 1) // occupations are curated: one is enough
	all := make([]community.Concept, 0, len(c.keys))
	for at, key := range c.keys {
		if len(c.names[at]) == 0 {
			continue
		}
		concept := community.Concept{Key: key, Names: c.names[at]}
		for _, r := range related[matching.Skill(at)] {
			concept.Related = append(concept.Related, community.RelatedConcept{Key: c.keys[r.Skill], Sixteenths: int(r.Sixteenths)})
		}
		all = append(all, concept)
	}
	slices.SortFunc(all, func(a, b community.Concept) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

// broken says where a file is wrong.
func broken(path string, line int, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends in the middle; fetch it again")
	}
	return fmt.Errorf("esco: %s, line %d: %w", filepath.Base(path), line, err)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// meter counts the bytes read of all files.
type meter struct {
	tell     func(done, of int64)
	done, of int64
}

// expect adds the sizes of files that are going to be read.
func (m *meter) expect(paths ...string) error {
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s is missing, which belongs to the files that are there", ErrNone, filepath.Base(path))
		}
		if err != nil {
			return fmt.Errorf("esco: %w", err)
		}
		m.of += info.Size()
	}
	return nil
}

// Write counts what is read of a file beside its reader.
func (m *meter) Write(p []byte) (int, error) {
	m.done += int64(len(p))
	m.tell(m.done, m.of)
	return len(p), nil
}
