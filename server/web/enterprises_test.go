package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestAnEnterpriseGrowsAndSomebodyStepsOut(t *testing.T) {
	r := openRoom(t)
	r.talk("Shall we build something?")
	founded := r.page(r.Amara, "/enterprises", url.Values{"name": {"Plank"}, "causes": {"8", "12"}, "stage": {"2"}, "website": {"https://plank.example"}})
	address := founded.header.Get("Location")
	if founded.status != http.StatusSeeOther || !strings.HasPrefix(address, "/enterprises/") {
		t.Fatalf("founding gives %d: %s", founded.status, founded.body)
	}
	if page := r.page(r.Amara, address, nil); !page.says("https://plank.example") || !page.says(`<option value="`+string(r.Binta.ID)+`"`) || page.says("Chen Wei") {
		t.Error("its page does not offer to bring in Binta, or offers a stranger")
	}
	if got := r.page(r.Amara, address+"/people", url.Values{"member": {string(r.Chen.ID)}, "title": {"Baker"}}); got.status != http.StatusUnprocessableEntity ||
		!got.says(`id="f-member-error"`) || !got.says(`value="Baker"`) {
		t.Errorf("bringing in a stranger gives %d, or forgets what was typed", got.status)
	}
	if got := r.page(r.Amara, address+"/people", url.Values{"member": {string(r.Binta.ID)}, "title": {"Keeps the books"}}); got.status != http.StatusSeeOther {
		t.Fatalf("bringing in Binta gives %d", got.status)
	}
	if data := r.json(r.Chen, address); !data.says("Binta Diallo") || !data.says("Keeps the books") {
		t.Errorf("others do not see who builds it: %s", data.body)
	}
	if got := r.page(r.Binta, address+"/people/delete", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("stepping out gives %d", got.status)
	}
	if data := r.json(r.Chen, address); data.says("Binta") || data.says("Keeps the books") || !data.says("Amara Okafor") {
		t.Errorf("who stepped out is still named, or all are gone: %s", data.body)
	}
}

func TestWhoHidesAnEnterpriseIsNotNamedThere(t *testing.T) {
	r := openRoom(t)
	e, err := r.FoundEnterprise(t.Context(), r.Amara, community.EnterpriseDraft{Name: "Plank"})
	must(t, err)
	address := "/enterprises/" + string(e.ID)
	if data := r.json(r.Chen, address); !data.says("Amara Okafor") {
		t.Fatal("Amara must be named for this test to mean anything")
	}
	_, err = r.Members.Change(t.Context(), r.Amara.ID, func(m *community.Member) error {
		m.Shown = map[community.Field]community.Audience{community.FieldEnterprise: community.OnlyMe}
		return nil
	})
	must(t, err)
	if data, page := r.json(r.Chen, address), r.page(r.Chen, address, nil); data.says(string(r.Amara.ID)) || page.says(string(r.Amara.ID)) || page.says("Amara") {
		t.Errorf("Amara is named: %s", data.body)
	}
}

func TestOnlyItsPeopleChangeAnEnterprise(t *testing.T) {
	r := openRoom(t)
	e, err := r.FoundEnterprise(t.Context(), r.Amara, community.EnterpriseDraft{Name: "Plank"})
	must(t, err)
	address := "/enterprises/" + string(e.ID)
	for name, got := range map[string]reply{"the form": r.page(r.Chen, address+"/edit", nil), "the change": r.page(r.Chen, address, url.Values{"name": {"Mine"}, "stage": {"0"}}),
		"a steward's change": r.page(r.Farid, address, url.Values{"name": {"Mine"}, "stage": {"0"}})} {
		if got.status != http.StatusForbidden {
			t.Errorf("%s gives others %d", name, got.status)
		}
	}
	if got := r.page(r.Amara, address, url.Values{"name": {""}, "website": {"plank"}, "stage": {"0"}}); got.status != http.StatusUnprocessableEntity || !got.says(`value="plank"`) || !got.says(`id="f-website-error"`) {
		t.Errorf("a refused form comes back with %d", got.status)
	}
	if got := r.page(r.Amara, address, url.Values{"name": {"Plank and Nail"}, "stage": {"1"}}); got.status != http.StatusSeeOther || !r.json(r.Chen, address).says("Plank and Nail") {
		t.Errorf("its people change it with %d", got.status)
	}
}
