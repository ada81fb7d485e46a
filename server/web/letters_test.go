package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestLettersAreStoppedByTheirLinkAlone(t *testing.T) {
	r := openRoom(t)
	token, err := r.StopToken(t.Context(), r.Amara.ID)
	must(t, err)
	wish := func(v community.Viewer) community.DigestChoice {
		m, err := r.Members.Get(t.Context(), v.ID)
		must(t, err)
		return m.DigestWished()
	}
	if got := r.do(call{method: "GET", path: "/letters/" + token, header: asPage}); got.status != http.StatusOK || wish(r.Amara) != community.DigestAway {
		t.Errorf("the page gives %d, and the letters are %s", got.status, wish(r.Amara))
	}
	other, err := r.StopToken(t.Context(), r.Binta.ID)
	must(t, err)
	_, sign, _ := strings.Cut(other, "~")
	for _, wrong := range []string{"", "x", token + "x", token[:len(token)-1], string(r.Amara.ID) + "~" + sign, string(r.Amara.ID) + "~", "~" + sign} {
		if got := r.do(call{method: "POST", path: "/letters/" + wrong, body: url.Values{}}); got.status != http.StatusNotFound || wish(r.Amara) != community.DigestAway {
			t.Errorf("%q gives %d", wrong, got.status)
		}
	}
	oneClick := call{method: "POST", path: "/letters/" + token, body: url.Values{"List-Unsubscribe": {"One-Click"}}, header: map[string]string{"Origin": "", "Accept": "*/*"}}
	for range 2 { // a mailbox may press twice
		if got := r.do(oneClick); got.status != http.StatusOK || wish(r.Amara) != community.DigestOff || wish(r.Binta) != community.DigestAway {
			t.Errorf("it gives %d, and the letters are %s", got.status, wish(r.Amara))
		}
	}
	session := r.signIn(r.Amara)
	if got := r.do(call{method: "POST", path: "/settings/letters", session: session, body: url.Values{"digest": {"daily"}}, header: asPage}); got.status != http.StatusSeeOther || wish(r.Amara) != community.DigestDaily {
		t.Errorf("choosing again gives %d, %s", got.status, wish(r.Amara))
	}
	if page := r.do(call{method: "GET", path: "/settings", session: session, header: asPage}); !strings.Contains(string(page.body), `value="daily" checked`) {
		t.Error("the page of settings does not show the choice")
	}
	if got := r.do(call{method: "POST", path: "/settings/letters", session: session, body: url.Values{"digest": {"hourly"}}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("what is no choice gives %d", got.status)
	}
}
