package esco

import (
	"bytes"
	"compress/gzip"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longtable/server/community"
)

const (
	skillsHeader = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description\n"
	carpentry    = uriPrefix + "skill/carpentry"
	joinery      = uriPrefix + "skill/joinery"
	varnish      = uriPrefix + "skill/varnish"
)

// skillRow is a row as ESCO writes it: other names stand on lines of their own within one field.
func skillRow(uri, name, others string) string {
	return "KnowledgeSkillCompetence," + uri + ",knowledge,cross-sector," + name + ",\"" + others + "\",,released,2023-11-30T15:53:37.136Z,,,http://data.europa.eu/esco/concept-scheme/skills,\"Work with wood,\nby hand.\"\n"
}

// download lays ESCO's own tables in three languages into a folder.
func download(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	lay(t, dir, "skills_en.csv", "\uFEFF"+skillsHeader+skillRow(carpentry, "carpentry", "woodwork\ntimber work")+
		skillRow(joinery, strings.Repeat("very ", 40)+"fine joinery", "joinery\nfine joinery")+skillRow(varnish, "apply varnish", ""))
	lay(t, dir, "skills_fr.csv", skillsHeader+skillRow(carpentry, "menuiserie", "")+skillRow(varnish, "", ""))
	lay(t, dir, "skills_ar.csv", skillsHeader+skillRow(carpentry, "نجارة", ""))
	lay(t, dir, "skills_mt.csv", skillsHeader+skillRow(carpentry, "xogħol tal-injam", ""))
	lay(t, dir, relations, "occupationUri,relationType,skillType,skillUri\n"+
		uriPrefix+"occupation/carpenter,essential,knowledge,"+carpentry+"\n"+uriPrefix+"occupation/carpenter,optional,knowledge,"+varnish+"\n"+
		uriPrefix+"occupation/joiner,essential,knowledge,"+joinery+"\n"+uriPrefix+"occupation/joiner,essential,knowledge,"+uriPrefix+"skill/withdrawn\n")
	return dir
}

func lay(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir string) ([]community.Concept, error) {
	t.Helper()
	last := int64(0)
	all, err := Read(dir, func(done, of int64) {
		if done < last || done > of {
			t.Errorf("%d of %d bytes after %d", done, of, last)
		}
		last = done
	})
	return all, err
}

func TestTheDownloadHasItsNamesInEveryLanguage(t *testing.T) {
	all, err := read(t, download(t))
	if err != nil || len(all) != 3 {
		t.Fatalf("%d concepts, %v", len(all), err)
	}
	wood := all[0]
	if !maps.Equal(wood.Names, map[string]string{"en": "carpentry", "fr": "menuiserie", "ar": "نجارة"}) {
		t.Errorf("carpentry is called %v", wood.Names)
	}
	if len(wood.Related) != 1 || wood.Related[0] != (community.RelatedConcept{Key: varnish, Sixteenths: 11}) {
		t.Errorf("what belongs to a carpenter beside carpentry: %+v", wood.Related)
	}
	if got := all[1].Names["en"]; got != "joinery" {
		t.Errorf("a name that is too long gives way to %q", got)
	}
	if !maps.Equal(all[2].Names, map[string]string{"en": "apply varnish"}) {
		t.Errorf("a skill without a French name is called %v", all[2].Names)
	}
}

func TestTheReducedTablesAreRead(t *testing.T) {
	all, err := read(t, reduced(t, "0\tS\tcross\t1\tsawing\n1\tK\tcross\t1\tcarpentry\n", "0\t7115\tcarpenter\t0\t1\n"))
	if err != nil || len(all) != 2 || all[0].Names["en"] != "carpentry" || len(all[0].Related) != 1 || all[0].Related[0].Key != "en:sawing" {
		t.Fatalf("read %+v, %v", all, err)
	}
}

func reduced(t *testing.T, skills, occupations string) string {
	t.Helper()
	dir := t.TempDir()
	lay(t, dir, reducedSkills, packed(t, "id\ttype\treuse\tgroups\tlabel\n"+skills))
	lay(t, dir, reducedOccupations, packed(t, "id\tisco\tlabel\tessential\toptional\n"+occupations))
	return dir
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestABrokenFileIsRefusedByItsLine(t *testing.T) {
	whole := packed(t, "id\ttype\treuse\tgroups\tlabel\n0\tS\tcross\t1\tsawing\n")
	for name, c := range map[string]struct {
		spoil func(dir string)
		says  string
	}{
		"a column is missing": {func(dir string) { lay(t, dir, "skills_fr.csv", "conceptUri,label\n") }, "skills_fr.csv, line 1: there is no column preferredLabel"},
		"the file is empty":   {func(dir string) { lay(t, dir, "skills_fr.csv", "") }, "skills_fr.csv, line 1: the file is empty"},
		"a row is short": {func(dir string) {
			lay(t, dir, "skills_fr.csv", skillsHeader+"KnowledgeSkillCompetence,"+carpentry+"\n")
		}, "skills_fr.csv, line 2: the table is broken here"},
		"a quote stays open": {func(dir string) { lay(t, dir, "skills_fr.csv", skillsHeader+skillRow(carpentry, "\"menuiserie", "")) }, "skills_fr.csv, line"},
		"an address is none": {func(dir string) { lay(t, dir, "skills_fr.csv", skillsHeader+skillRow("wood", "menuiserie", "")) }, `skills_fr.csv, line 2: "wood" is not the address of a concept`},
		"a concept stands twice": {func(dir string) {
			lay(t, dir, "skills_ar.csv", skillsHeader+skillRow(carpentry, "نجارة", "")+skillRow(carpentry, "نجارة", ""))
		}, "skills_ar.csv, line 4: " + carpentry + " stands there twice"},
		"letters are not UTF-8":    {func(dir string) { lay(t, dir, "skills_fr.csv", skillsHeader+skillRow(carpentry, "m\xe9nuiserie", "")) }, "skills_fr.csv, line 2: the name is not written in UTF-8"},
		"the relations lack":       {func(dir string) { must(t, os.Remove(filepath.Join(dir, relations))) }, relations + " is missing"},
		"the relations are others": {func(dir string) { lay(t, dir, relations, "occupationUri,skillUri\n"+uriPrefix+"o,"+uriPrefix+"s\n") }, "take all files from one download"},
		"an occupation is none":    {func(dir string) { lay(t, dir, relations, "occupationUri,skillUri\ncarpenter,"+carpentry+"\n") }, relations + `, line 2: "carpenter" is not the address of an occupation`},
	} {
		dir := download(t)
		c.spoil(dir)
		if _, err := read(t, dir); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, not %q", name, err, c.says)
		}
	}
	for says, dir := range map[string]string{
		"line 3: 4 columns, not 5":          reduced(t, "0\tS\tcross\t1\tsawing\n1\tS\tcross\tsawing\n", ""),
		"line 2: there is no skill \"7\"":   reduced(t, "0\tS\tcross\t1\tsawing\n", "0\t7115\tcarpenter\t7\t\n"),
		"line 3: there is another skill 0":  reduced(t, "0\tS\tcross\t1\tsawing\n0\tS\tcross\t1\tplaning\n", ""),
		"line 2: the skill has no label":    reduced(t, "0\tS\tcross\t1\t\n", ""),
		"line 1: it is not a gzip file":     spoilt(t, "sawing, planing, joining"),
		"the file ends in the middle":       spoilt(t, whole[:len(whole)-6]),
		"the classification is not in this": t.TempDir(),
	} {
		if _, err := read(t, dir); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, not %q", err, says)
		}
	}
}

func spoilt(t *testing.T, skills string) string {
	dir := reduced(t, "", "")
	lay(t, dir, reducedSkills, skills)
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
