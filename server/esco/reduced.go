package esco

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"longtable/matching"
)

// The reduced tables have rows in the place of addresses, and English names only.
const (
	reducedSkills      = "esco-skills.tsv.gz"
	reducedOccupations = "esco-occupations.tsv.gz"
)

// maxLine bounds one row, in bytes: the longest of the known ones has 1,812.
const maxLine = 1 << 20

// readReduced reads them. As their numbers differ from release to release, a concept is known by its English name.
func readReduced(dir string, m *meter) (*classification, error) {
	skills, occupations := filepath.Join(dir, reducedSkills), filepath.Join(dir, reducedOccupations)
	if err := m.expect(skills, occupations); err != nil {
		return nil, err
	}
	c, keys := newClassification(), map[string]string{}
	err := eachLine(skills, m, 5, func(row []string) error {
		id, label := row[0], row[4]
		if label == "" {
			return errors.New("the skill has no label")
		}
		if keys[id] != "" {
			return fmt.Errorf("there is another skill %s", id)
		}
		keys[id] = "en:" + label
		return c.add(keys[id], "en", label)
	})
	if err != nil {
		return nil, err
	}
	return c, eachLine(occupations, m, 5, func(row []string) error {
		var set []matching.Skill
		for _, id := range strings.Fields(row[3] + " " + row[4]) {
			at, known := c.numbers[keys[id]]
			if !known {
				return fmt.Errorf("there is no skill %.20s in %s", strconv.Quote(id), reducedSkills)
			}
			set = append(set, matching.Skill(at))
		}
		c.occupations = append(c.occupations, set)
		return nil
	})
}

// eachLine calls each with the fields of every row but the first, which names them.
func eachLine(path string, m *meter, columns int, each func(row []string) error) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("esco: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	plain, err := gzip.NewReader(io.TeeReader(file, m))
	if err != nil {
		return broken(path, 1, fmt.Errorf("it is not a gzip file (%w); fetch it again", err))
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, maxLine)
	line := 1
	for ; lines.Scan(); line++ {
		if line == 1 {
			continue
		}
		row := strings.Split(lines.Text(), "\t")
		if len(row) != columns {
			return broken(path, line, fmt.Errorf("%d columns, not %d", len(row), columns))
		}
		if err := each(row); err != nil {
			return broken(path, line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return broken(path, line, err)
	}
	return nil
}
