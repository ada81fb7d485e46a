package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

// headerRest is what a request has beside its address, in bytes. The server ends one that is longer than it reads while it is
// still being sent, so a client may find the connection closed instead of an answer.
const headerRest = 2 << 10

// Whatever is typed into a search, or written into its address, has a clear answer.
func TestEverySearchHasAnAnswer(t *testing.T) {
	s := openStaffed(t)
	s.settle()
	session := s.signIn(s.Amara)
	many := func(name string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "&%s=v%d", name, i)
		}
		return b.String()
	}
	texts := []string{
		strings.Repeat("solar ", 1_700), strings.Repeat("x", 10_000), strings.Repeat("太", 3_000), strings.Repeat("e\u0301", 2_000), "\x00\x01\x02\x1b[2J", "\ufffe\uffff\ue000\ue001",
		`"quoted" 'and' “so”`, `audience IN ["network"] OR f_hub = "x"`, `*`, `+name:x -y ~2 ^3`, `{"$gt":""}`, `(((((((((`, `\\\"`, "%00%ff", "<script>alert(1)</script>", "\u202eabc\u202c", "🧑\u200d🌾🧵", "ﷺ", "َُِّ", "\u200d\u200d",
		"\xff\xfe\xfa", strings.Repeat("ab ", 3_000), strings.Repeat("\u0300", 5_000), " ", "\t\n",
	}
	paths := []string{"/search", "/people", "/enterprises", "/hubs", "/skills", "/conversations/search", "/saved-searches"}
	asked := 0
	ask := func(address string) {
		t.Helper()
		for _, accept := range []string{"application/json", "text/html"} {
			got := s.do(call{method: "GET", path: address, session: session, header: map[string]string{"Accept": accept}})
			if asked++; got.status >= 500 {
				t.Errorf("%.80q gives %d: %.200s", address, got.status, got.body)
			}
			if got.status == http.StatusOK && strings.Contains(string(got.body), "<script>alert(1)") {
				t.Errorf("%.80q comes back as markup", address)
			}
		}
	}
	for _, path := range paths {
		for _, text := range texts {
			query := url.QueryEscape(text)
			ask(path + "?q=" + query[:min(len(query), headerMax-headerRest)]) // cut within a letter, it is one more thing nobody should type
		}
	}
	for _, path := range paths[:4] {
		ask(path + "?q=a" + many("skill", 500))
		ask(path + "?q=a" + many("f", 500))
		ask(path + "?q=a&q=b&skill=&hub=%00&cause=99999999999999999999&after=-9223372036854775808&limit=9999999999999")
		ask(path + "?after=99999999&q=" + url.QueryEscape(`"`))
	}
	for _, body := range []any{
		map[string]string{"address": "https://elsewhere.example/people?q=x"}, map[string]string{"address": "/people?q=%zz"}, map[string]string{"address": strings.Repeat("/people?q=x", 1_000)},
		map[string]string{"address": "/search?" + many("q", 500)}, map[string]string{"address": "/people?" + many("skill", 500)}, map[string]string{"address": ""}, map[string]string{"address": "/account/delete"},
		map[string]string{"address": "/people?q=\x00"}, `{"address": 7}`, `{"address": "/people?q=a", "owner": "` + string(community.MemberID("binta")) + `"}`, `[`,
	} {
		got := s.do(call{method: "POST", path: "/saved-searches", session: session, body: body})
		if asked++; got.status >= 500 {
			t.Errorf("%.80v gives %d: %.200s", body, got.status, got.body)
		}
	}
	if asked < 300 {
		t.Errorf("only %d questions were asked", asked)
	}
}
