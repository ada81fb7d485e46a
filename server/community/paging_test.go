package community

import (
	"slices"
	"strconv"
	"testing"
)

// row is a list of numbers that is read as a store reads it: the cursor names the thing that it lies behind.
func row(n int) func(Page) ([]*int, Cursor, error) {
	return func(page Page) ([]*int, Cursor, error) {
		at, _ := strconv.Atoi(string(page.After))
		var found []*int
		for at < n && len(found) < page.Limit {
			at++
			found = append(found, &[]int{at}[0])
		}
		if at == n {
			return found, "", nil
		}
		return found, Cursor(strconv.Itoa(at)), nil
	}
}

func TestWhatIsHiddenLeavesNoTraceInAList(t *testing.T) {
	for name, hidden := range map[string]func(*int) bool{
		"nothing":    func(*int) bool { return false },
		"every even": func(i *int) bool { return *i%2 == 0 },
		"the start":  func(i *int) bool { return *i < 60 },
		"the end":    func(i *int) bool { return *i > 4 },
		"all":        func(*int) bool { return true },
	} {
		var want []int
		for i := range 300 {
			if i++; !hidden(&i) {
				want = append(want, i)
			}
		}
		for _, limit := range []int{1, 2, 7, PageMax} {
			var got []int
			page := Page{Limit: limit}
			for {
				found, next, err := visible(page, row(300), hidden)
				if err != nil || len(found) > limit {
					t.Fatalf("%s hidden: %d on a page of %d, %v", name, len(found), limit, err)
				}
				for _, i := range found {
					got = append(got, *i)
				}
				if next == "" {
					break
				}
				if last := strconv.Itoa(got[len(got)-1]); len(found) != limit || string(next) != last {
					t.Errorf("%s hidden: a page of %d ends with %s and leads on from %s", name, len(found), last, next)
				}
				page.After = next
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s hidden, %d a page: %v, not %v", name, limit, got, want)
			}
		}
	}
}
