package journeys

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	applicantName = "Ilse van der Berg-Östlund"
	applicantText = "Three evenings a week, and a sewing machine that needs company."
)

func TestSomebodyWithoutAnAccountAppliesWithoutScripts(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t)
	host := s.browse("host", tabOptions{})
	programme := postProgramme(host)

	applicant := s.browse("applicant", tabOptions{noScripts: true, width: 360})
	code := applyWithoutAccount(applicant, programme)
	readsNothingYet(applicant, code)

	host.open(programme + "/applications")
	host.shows(applicantText)
	if strings.Contains(ask[string](host, `document.documentElement.outerHTML`), applicantName) {
		t.Error("the host's page holds the applicant's name before a decision")
	}
	host.fill(`main textarea[name=reason]`, "Your evenings are the ones that we lack.")
	host.press(`main button[name=accept][value=yes]`)
	host.until("the decision stands", `!document.querySelector("main textarea[name=reason]")`)
	host.shows("Your evenings are the ones that we lack.")

	applicant.open("/applications")
	applicant.fill(`[name=code]`, strings.ToLower(code))
	applicant.press(`main form[action="/applications"] button`)
	applicant.shows("Your evenings are the ones that we lack.")
	applicant.shows("Accepted")
}

// postProgramme comes in as the host, opens a programme by the form and returns its path.
func postProgramme(host *tab) (path string) {
	host.t.Helper()
	host.signIn(host.s.door("host"))
	host.open("/programmes/new")
	host.fill(`[name=title]`, "A season at the sewing table")
	host.fill(`[name=summary]`, "Twelve weeks with machines, cloth and somebody who knows both.")
	host.fill(`[name=forWhom]`, "Whoever has never been asked before.")
	host.fill(`[name=text]`, "We meet on Tuesdays and share what we make.")
	host.fill(`[name=places]`, "12")
	host.pick(`[name=closes]`, time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	host.pick(`[name=starts]`, time.Now().AddDate(0, 0, 40).Format(time.DateOnly))
	host.fill(`[name=questions]`, "When do you have time?")
	host.press(`main form[action="/programmes"][method=post] .button-main`)
	host.until("the programme has a page", `/^\/programmes\/[^/]+$/.test(location.pathname) && !location.pathname.endsWith("/new")`)
	host.shows("A season at the sewing table")
	return ask[string](host, `location.pathname`)
}

var codeShape = regexp.MustCompile(`^[0-9A-Za-z-]{12,}$`)

// applyWithoutAccount finds the programme in the list, sends the form and returns the code on the answer.
func applyWithoutAccount(applicant *tab, programme string) (code string) {
	applicant.t.Helper()
	applicant.open("/programmes")
	applicant.press(`main a[href="` + programme + `"]`)
	applicant.until("the programme's page", `location.pathname === `+quote(programme))
	applicant.press(`main a[href="` + programme + `/apply"]`)
	applicant.until("the form", `location.pathname.endsWith("/apply")`)
	applicant.fill(`[name=name]`, applicantName)
	applicant.press(`main form[method=post] .button-main`)
	applicant.until("the form is back with what is missing", `document.querySelector(".error-summary")`)
	if kept := ask[string](applicant, `document.querySelector("[name=name]").value`); kept != applicantName {
		applicant.t.Errorf("the form came back with the name %q", kept)
	}
	applicant.fill(`[name^="answers."]`, applicantText)
	applicant.press(`main form[method=post] .button-main`)
	applicant.until("the code", `document.querySelector(".code")`)
	if code = applicant.text(".code"); !codeShape.MatchString(code) {
		applicant.t.Fatalf("the code %q can't be copied by hand", code)
	}
	return code
}

func readsNothingYet(applicant *tab, code string) {
	applicant.t.Helper()
	applicant.open("/applications/" + code)
	applicant.shows(applicantText)
	applicant.shows(applicantName)
}
