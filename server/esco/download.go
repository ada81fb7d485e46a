package esco

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"longtable/matching"
	"longtable/server/community"
)

// uriPrefix begins the address that names a concept in every release and language.
const uriPrefix = "http://data.europa.eu/esco/"

const relations = "occupationSkillRelations_en.csv" // the same in every language but for its labels

// readDownload reads ESCO's own tables: skills_LANGUAGE.csv for each language that the network has, and which skills belong
// to which occupation.
func readDownload(dir string, tables []string, m *meter) (*classification, error) {
	tables = slices.DeleteFunc(tables, func(path string) bool { return !slices.Contains(community.Languages, languageOf(path)) })
	if len(tables) == 0 {
		return nil, fmt.Errorf("%w in a language of the network; add skills_en.csv", ErrNone)
	}
	between := filepath.Join(dir, relations)
	if err := m.expect(append(slices.Clone(tables), between)...); err != nil {
		return nil, err
	}
	c := newClassification()
	for _, path := range tables {
		language := languageOf(path)
		err := eachRow(path, m, []string{"conceptUri", "preferredLabel", "altLabels", "status"}, func(row []string) error {
			return c.addSkill(language, row)
		})
		if err != nil {
			return nil, err
		}
	}
	return c, c.readRelations(between, m)
}

// languageOf is the language in the name of a table, such as fr in skills_fr.csv.
func languageOf(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "skills_"), ".csv")
}

func (c *classification) addSkill(language string, row []string) error {
	uri, name, others, status := row[0], row[1], row[2], row[3]
	if !strings.HasPrefix(uri, uriPrefix) {
		return fmt.Errorf("%.60q is not the address of a concept, which begins with %s", uri, uriPrefix)
	}
	if status != "" && status != "released" {
		return nil // withdrawn, or not agreed on yet
	}
	if utf8.RuneCountInString(name) > community.ConceptNameMax {
		name = shortest(strings.Split(others, "\n"))
	}
	return c.add(uri, language, name)
}

// shortest of the other names, for a name that is too long to be shown.
func shortest(names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
}

// readRelations reads which skills belong to one occupation. Some point at concepts that are not skills of the release.
func (c *classification) readRelations(path string, m *meter) error {
	var order []string
	sets := map[string][]matching.Skill{}
	err := eachRow(path, m, []string{"occupationUri", "skillUri"}, func(row []string) error {
		occupation, skill := row[0], row[1]
		if !strings.HasPrefix(occupation, uriPrefix) {
			return fmt.Errorf("%.60q is not the address of an occupation, which begins with %s", occupation, uriPrefix)
		}
		if at, known := c.numbers[skill]; known {
			if sets[occupation] == nil {
				order = append(order, occupation)
			}
			sets[occupation] = append(sets[occupation], matching.Skill(at))
		}
		return nil
	})
	if err == nil && len(order) == 0 {
		return broken(path, 1, errors.New("no row names a skill of the tables beside it; take all files from one download"))
	}
	for _, occupation := range order {
		c.occupations = append(c.occupations, sets[occupation])
	}
	return err
}

// optional are columns that a table may lack.
var optional = []string{"altLabels", "status"}

// eachRow calls each with the named columns of every row of a table.
func eachRow(path string, m *meter, columns []string, each func(row []string) error) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("esco: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	table := csv.NewReader(bufio.NewReader(io.TeeReader(file, m)))
	table.ReuseRecord = true
	at, err := columnsOf(table, columns)
	if err != nil {
		return broken(path, 1, err)
	}
	row := make([]string, len(columns))
	for {
		fields, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return broken(path, wrong.Line, fmt.Errorf("the table is broken here (%w); fetch it again", wrong.Err))
		}
		if err != nil {
			return fmt.Errorf("esco: read %s: %w", filepath.Base(path), err)
		}
		for i := range columns {
			row[i] = ""
			if at[i] >= 0 {
				row[i] = strings.TrimSpace(fields[at[i]])
			}
		}
		if err := each(row); err != nil {
			line, _ := table.FieldPos(0)
			return broken(path, line, err)
		}
	}
}

// columnsOf finds columns by their names in the first row; -1 is one that the table may lack and does.
func columnsOf(table *csv.Reader, columns []string) ([]int, error) {
	header, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; fetch it again")
	}
	if err != nil {
		return nil, err
	}
	header[0] = strings.TrimPrefix(header[0], "\uFEFF")
	at := make([]int, len(columns))
	for i, column := range columns {
		if at[i] = slices.Index(header, column); at[i] < 0 && !slices.Contains(optional, column) {
			return nil, fmt.Errorf("there is no column %s; is this from ESCO's CSV download?", column)
		}
	}
	return at, nil
}
