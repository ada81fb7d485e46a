package realtime

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// PROTOCOL.md is what people write clients from. Each test goes both ways: what the table says is so, and what is so stands
// in the table.

var serverFrames = map[string]any{
	opReady: readyFrame{}, opEvent: eventFrame{}, opGap: gapFrame{}, opOK: okFrame{}, opNo: noFrame{},
	opEph: ephFrame{}, opNudge: nudgeFrame{}, opBye: byeFrame{},
}

func TestTheTableOfFramesIsTrue(t *testing.T) {
	listed := map[string]bool{}
	for _, row := range protocolRows(t, "| from | op |") {
		op, fields := strings.Trim(row[1], "`"), strings.Fields(row[2])
		listed[row[0]+" "+op] = true
		if row[0] == "client" {
			tryCommand(t, op, fields)
			continue
		}
		if got := fieldsOf(serverFrames[op]); !slices.Equal(sorted(got), sorted(fields)) {
			t.Errorf("%s has the fields %v, the table says %v", op, got, fields)
		}
	}
	for op := range opsInCode(t) {
		if !listed["client "+op] && !listed["server "+op] {
			t.Errorf("the table doesn't have %s", op)
		}
	}
	if want := len(opsInCode(t)); len(listed) != want {
		t.Errorf("the table has %d frames, the code %d", len(listed), want)
	}
}

// tryCommand is understood with exactly the fields of its row, and with none of them left out.
func tryCommand(t *testing.T, op string, fields []string) {
	t.Helper()
	whole := map[string]any{"op": op, "c": "bakery", "nonce": "n1", "body": "bread", "seq": 7, "topic": "hub:quay"}
	for name := range whole {
		if name != "op" && !slices.Contains(fields, name) {
			delete(whole, name)
		}
	}
	if len(whole) != len(fields)+1 {
		t.Errorf("%s: %v are not all fields of a command", op, fields)
	}
	if _, err := parseCommand(jsonOf(t, whole), testRunes); err != nil {
		t.Errorf("%s with %v: %v", op, fields, err)
	}
	for _, left := range fields {
		value := whole[left]
		delete(whole, left)
		if _, err := parseCommand(jsonOf(t, whole), testRunes); err == nil {
			t.Errorf("%s is understood without %s", op, left)
		}
		whole[left] = value
	}
}

func TestEveryFieldOfACommandIsInTheTable(t *testing.T) {
	used := map[string]bool{}
	for _, row := range protocolRows(t, "| from | op |") {
		for _, field := range strings.Fields(row[2]) {
			used[field] = used[field] || row[0] == "client"
		}
	}
	for _, field := range fieldsOf(command{}) {
		if !used[field] {
			t.Errorf("no command in the table has %s", field)
		}
	}
}

func TestTheTableOfReasonsIsTrue(t *testing.T) {
	rows := protocolRows(t, "| code | why |")
	if len(rows) != len(reasons) {
		t.Fatalf("%d rows for %d reasons", len(rows), len(reasons))
	}
	for i, row := range rows {
		r := reasons[i]
		after := ""
		if r.most > 0 {
			after = fmt.Sprintf("%d to %d s", r.least/time.Second, r.most/time.Second)
		}
		want := []string{strconv.Itoa(r.code), r.why, map[bool]string{true: "yes", false: "no"}[r.again], after}
		if !slices.Equal(row[:4], want) {
			t.Errorf("the table says %q, the code %q", row, want)
		}
		for range 100 {
			if f := r.frame(); f.AfterMS < r.least.Milliseconds() || f.AfterMS > r.most.Milliseconds() {
				t.Errorf("%s: %d ms", r.why, f.AfterMS)
			}
		}
	}
}

func TestTheTableOfParametersIsTrue(t *testing.T) {
	source, err := os.ReadFile("query.go")
	if err != nil {
		t.Fatal(err)
	}
	var asked, listed []string
	for _, m := range regexp.MustCompile(`Peek\("(\w+)"\)`).FindAllStringSubmatch(string(source), -1) {
		asked = append(asked, m[1])
	}
	for _, row := range protocolRows(t, "| parameter |") {
		listed = append(listed, strings.Trim(row[0], "`"))
	}
	if len(asked) == 0 || !slices.Equal(sorted(asked), sorted(listed)) {
		t.Errorf("the program reads %v, the table has %v", asked, listed)
	}
}

// opsInCode are the values of the constants op….
func opsInCode(t *testing.T) map[string]bool {
	t.Helper()
	source, err := os.ReadFile("frames.go")
	if err != nil {
		t.Fatal(err)
	}
	ops := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\top\w+ += "(\w+)"$`).FindAllStringSubmatch(string(source), -1) {
		ops[m[1]] = true
	}
	return ops
}

// protocolRows returns the cells of the table whose first line begins with header.
func protocolRows(t *testing.T, header string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n"+header)
	if !found {
		t.Fatalf("no table begins with %s", header)
	}
	for i, line := range strings.Split(rest, "\n") {
		if i < 2 { // the rest of the header, and the line under it
			continue
		}
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		rows = append(rows, cells)
	}
	return rows
}

// fieldsOf returns the names of a frame's fields without op, in brackets when they may be absent.
func fieldsOf(frame any) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(frame)) {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "op" || name == "":
		case option == "omitempty":
			names = append(names, "["+name+"]")
		default:
			names = append(names, name)
		}
	}
	return names
}

func sorted(words []string) []string { return slices.Sorted(slices.Values(words)) }

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
