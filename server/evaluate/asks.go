package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ask is a question that somebody put to everybody. Times are hours from the first one.
type ask struct {
	hour    int
	asker   int32
	topics  []int32 // words of the title
	answers []answer
}

// answer is somebody's help.
type answer struct {
	helper   int32
	hour     int // at which it was given
	accepted bool
}

// asks are all of them in order of time, with how many people and topics there are.
type asks struct {
	all            []ask
	people, topics int
}

// readAsks reads the table of asks.
func readAsks(dir string) (*asks, error) {
	read := &asks{}
	topics := map[string]int32{}
	err := travelAsks.rows(dir, func(fields []string) error {
		if len(fields) != 4 {
			return fmt.Errorf("%d columns, not 4", len(fields))
		}
		numbers, err := whole(fields[:2]...)
		if err != nil {
			return err
		}
		a := ask{hour: numbers[0], asker: int32(numbers[1])}
		for word := range strings.FieldsSeq(fields[2]) {
			a.topics = number(topics, word, a.topics)
		}
		a.answers, err = readAnswers(a.hour, fields[3])
		read.all = append(read.all, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(read.all, func(a, b ask) int { return cmp.Compare(a.hour, b.hour) })
	read.topics = len(topics)
	for _, a := range read.all {
		read.people = max(read.people, int(a.asker)+1)
		for _, x := range a.answers {
			read.people = max(read.people, int(x.helper)+1)
		}
	}
	return read, nil
}

// number adds the number of a word to a list that holds no number twice.
func number(of map[string]int32, word string, to []int32) []int32 {
	n, known := of[word]
	if !known {
		n = int32(len(of))
		of[word] = n
	}
	if slices.Contains(to, n) {
		return to
	}
	return append(to, n)
}

func readAnswers(asked int, text string) (answers []answer, err error) {
	for one := range strings.SplitSeq(text, ",") {
		if one == "" {
			continue
		}
		fields := strings.Split(one, ":")
		if len(fields) != 4 {
			return nil, fmt.Errorf("the answer %q has %d parts, not 4", one, len(fields))
		}
		n, err := whole(fields...)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer{helper: int32(n[0]), hour: asked + n[1], accepted: n[3] == 1})
	}
	return answers, nil
}

// maxPeople bounds the numbers of people and hours: tables are made by them.
const maxPeople = 10_000_000

// whole reads whole numbers; the third of an answer, its score, may be below zero.
func whole(texts ...string) ([]int, error) {
	numbers := make([]int, len(texts))
	for i, text := range texts {
		n, err := strconv.Atoi(text)
		if err != nil || n > maxPeople || n < 0 && i != 2 {
			return nil, fmt.Errorf("%q is not a number from 0 to %d", text, maxPeople)
		}
		numbers[i] = n
	}
	return numbers, nil
}
