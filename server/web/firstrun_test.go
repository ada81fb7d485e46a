package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func founding() url.Values {
	return url.Values{"network": {"The Table"}, "hub.name": {"Harbour"}, "hub.form": {"collective"}, "hub.city": {"Accra"}, "hub.country": {"GH"},
		"hub.zone": {"Africa/Accra"}, "hub.languages": {"en", "fr"}, "name": {"Farid Haddad"}, "email": {"farid@example.org"}, "password": {"three plain words"}}
}

// openFresh is a site over a network that nobody has founded.
func openFresh(t *testing.T, change func(*Parts)) *porch {
	t.Helper()
	p := openPorch(t, change)
	must(t, p.Charters.Delete(t.Context(), community.CharterOne))
	return p
}

// inPublic is how a program runs that strangers can reach.
func inPublic(parts *Parts) {
	parts.Base = &url.URL{Scheme: "http", Host: "table.example"}
	parts.SetupCode = "k7mq2x9w4r8t1v5z"
}

func TestANetworkIsFoundedOnce(t *testing.T) {
	p := openFresh(t, asBuilt)
	b := p.browser()
	expect(t, b.get("/sign-up"), http.StatusSeeOther, "/first-run")
	shows(t, b.get("/first-run"), `name="hub.zone"`, `value="Africa/Accra"`)
	expect(t, b.post("/first-run", founding()), http.StatusSeeOther, "/")
	charter, err := p.Charter(t.Context())
	must(t, err)
	if charter.Name != "The Table" {
		t.Errorf("it is called %q", charter.Name)
	}
	expect(t, b.get("/notices"), http.StatusOK, "")
	expect(t, b.get("/first-run"), http.StatusSeeOther, "/")
	second := founding()
	second.Set("email", "other@example.org")
	expect(t, p.browser().post("/first-run", second), http.StatusNotFound, "")
}

func TestNothingIsHalfMadeWhenTheFormIsWrong(t *testing.T) {
	p := openFresh(t, asBuilt)
	for field, value := range map[string]string{"network": "", "hub.name": "", "hub.country": "XX", "hub.zone": "Local", "name": " ", "email": "nonsense", "password": ""} {
		form := founding()
		form.Set(field, value)
		got := p.browser().post("/first-run", form)
		expect(t, got, http.StatusUnprocessableEntity, "")
		shows(t, got, `id="f-`+field+`-error"`)
		hides(t, got, "three plain words")
	}
	// Had an account been made, this address would be taken and its password another.
	form := founding()
	form.Set("password", "quite another one")
	expect(t, p.browser().post("/first-run", form), http.StatusSeeOther, "/")
}

func TestAFoundingThatWasCutOffIsCompleted(t *testing.T) {
	p := openFresh(t, asBuilt)
	_, err := p.door.Enrol(t.Context(), foundingBody{Email: "farid@example.org", Password: "three plain words"}.enrolment("en"))
	must(t, err)
	stranger := founding()
	stranger.Set("password", "quite another one")
	expect(t, p.browser().post("/first-run", stranger), http.StatusUnauthorized, "")
	expect(t, p.browser().post("/first-run", founding()), http.StatusSeeOther, "/")
}

func TestAStrangerDoesNotFoundTheNetwork(t *testing.T) {
	p := openFresh(t, inPublic)
	for _, code := range []string{"", "k7mq2x9w4r8t1v5", "k7mq2x9w4r8t1v5zz"} {
		form := founding()
		form.Set("code", code)
		got := p.browser().post("/first-run", form)
		expect(t, got, http.StatusUnprocessableEntity, "")
		shows(t, got, `id="f-code-error"`)
	}
	form := founding()
	form.Set("code", " k7mq2x9w4r8t1v5z ")
	expect(t, p.browser().post("/first-run", form), http.StatusSeeOther, "/")
}

func TestWithoutASetupCodeNobodyFoundsFromElsewhere(t *testing.T) {
	p := openFresh(t, func(parts *Parts) { inPublic(parts); parts.SetupCode = "" })
	expect(t, p.browser().post("/first-run", founding()), http.StatusUnprocessableEntity, "")
}

func TestBehindAProxyNobodyIsAtTheComputer(t *testing.T) {
	p := openFresh(t, asBuilt)
	hides(t, p.browser().get("/first-run"), `name="code"`)
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "Via", "X-Real-Ip"} {
		expect(t, p.browser().post("/first-run", founding(), header, "203.0.113.9"), http.StatusUnprocessableEntity, "")
	}
	expect(t, p.browser().post("/first-run", founding(), "Origin", "https://table.example", "Sec-Fetch-Site", "same-origin"), http.StatusUnprocessableEntity, "")
}

func TestEveryZoneThatIsOfferedExists(t *testing.T) {
	for _, zone := range commonZones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s: %v", zone, err)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(commonZones)))) != len(commonZones) {
		t.Error("a zone stands twice")
	}
}

func TestTheFieldsOfTheFormAreThoseThatTheDomainFindsFaultWith(t *testing.T) {
	empty := community.Founding{}
	asked := encodeForm(foundingBody{Hub: community.HubDraft{}})
	for _, field := range slices.Sorted(maps.Keys(empty.Check())) {
		if !asked.Has(field) {
			t.Errorf("%s has no field on the form", field)
		}
	}
	if len(empty.Check()) < 5 {
		t.Errorf("an empty founding has only %d faults", len(empty.Check()))
	}
}

func TestCountriesFollowTheAlphabetOfTheReader(t *testing.T) {
	p := openFresh(t, asBuilt)
	page := p.browser().get("/first-run", "Accept-Language", "fr").page
	egypt, finland := strings.Index(page, ">Égypte<"), strings.Index(page, ">Finlande<")
	if egypt < 0 || egypt > finland {
		t.Errorf("Égypte stands at %d, Finlande at %d", egypt, finland)
	}
}
