package evaluate

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// source is a public data set, reduced to one file.
type source struct {
	file, what, licence string
}

var travelAsks = source{"travel-asks.tsv.gz", "Travel Stack Exchange, dump of October 2017: who asked what and who answered when, as a table with the " +
	"columns hour, asker, tokens of the title, answers (member:hours after:score:accepted, separated by commas)",
	"CC BY-SA 3.0, Travel Stack Exchange contributors"}

var escoOccupations = source{"esco-occupations.tsv.gz", "ESCO v1.1.1, occupations: a table with the columns id, ISCO unit group, label, essential skills, " +
	"optional skills (numbers, separated by spaces)",
	"European Commission, free reuse with acknowledgement: this uses the ESCO classification of the European Commission"}

// ErrNoData is matched by the error for a data set that is not in the folder; the error says what it is.
var ErrNoData = errors.New("evaluate: data set is missing")

// maxLine bounds one row of a table: the longest of the known ones has 1,812 characters.
const maxLine = 1 << 20

// rows calls each with the fields of every row but the first, which names them.
func (s source) rows(dir string, each func(fields []string) error) (err error) {
	file, err := os.Open(filepath.Join(dir, s.file))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: put %s into the folder; it is %s (%s)", ErrNoData, s.file, s.what, s.licence)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("evaluate: %s is not a gzip file: %w", s.file, err)
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, maxLine)
	for number := 0; lines.Scan(); number++ {
		if number == 0 {
			continue
		}
		if err := each(strings.Split(lines.Text(), "\t")); err != nil {
			return fmt.Errorf("evaluate: %s, row %d: %w", s.file, number, err)
		}
	}
	return lines.Err()
}
