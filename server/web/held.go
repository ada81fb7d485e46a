package web

import (
	"encoding/json"
	"strings"
	"time"

	"longtable/frontend/i18n"
	"longtable/frontend/pages/applications"
	"longtable/frontend/pages/declarations"
	"longtable/server/community"
)

// heldData is everything that is kept under the code of an application: it is to somebody without an account what the export is to
// a member.
type heldData struct {
	MadeAt time.Time `json:"madeAt"`
	applicationData
	Number          int                `json:"number"`
	Hide            []string           `json:"hide"` // further words to hide from those who decide
	HelperAt        *time.Time         `json:"helperAt"`
	SignedIn        []time.Time        `json:"signedIn"` // when a member was signed in who helped to write it
	Bound           bool               `json:"bound"`    // it belongs to a member, whose export holds it too
	Declaration     ownDeclarationData `json:"declaration"`
	DeclarationUses []usedData         `json:"declarationUses"`
}

// forgetBody is what somebody sends who means it.
type forgetBody struct {
	Sure bool `json:"sure"`
}

func showHeld(q *Request) (Answer, error) {
	code := q.RawParam("code")
	a, p, err := q.applicationUnder(code)
	if err != nil {
		return Answer{}, err
	}
	data, view, err := q.inFull(a, p, code)
	if err != nil {
		return Answer{}, err
	}
	held := heldData{MadeAt: q.Network.Now().Time(), applicationData: data, Number: a.Number, Hide: orEmpty(a.Hide), SignedIn: []time.Time{}, Bound: a.Member != "",
		Declaration: ownDeclarationData{Groups: []community.Group{}, Uses: map[community.Use]time.Time{}}, DeclarationUses: []usedData{}}
	page := applications.HeldView{Application: view, Number: a.Number, Hide: strings.Join(a.Hide, ", "), Form: q.Form(nil)}
	if a.Helper.At != 0 {
		at := a.Helper.At.Time()
		held.HelperAt, page.HelperAt = &at, a.Helper.At.In(p.Zone)
	}
	signedIn, err := q.Network.SignedInFor(q.Context(), q.Viewer, a)
	if err != nil {
		return Answer{}, err
	}
	for _, at := range signedIn {
		held.SignedIn, page.SignedIn = append(held.SignedIn, at.Time()), append(page.SignedIn, at.In(p.Zone))
	}
	if err := q.heldDeclaration(code, &held, &page); err != nil {
		return Answer{}, err
	}
	if q.Ask("as") == "file" {
		file, err := json.MarshalIndent(held, "", "  ")
		if err != nil {
			return Answer{}, err
		}
		return q.sendFile("application/json", "longtable-"+q.Network.Now().In(p.Zone).Format(time.DateOnly)+".json", append(file, '\n'))
	}
	return Answer{Data: held, Private: true, View: View{Title: q.Say("applications.held-title"), Section: "programmes",
		Content: applications.Held(page), Modules: []string{"form"}}}, nil
}

// heldDeclaration adds what was declared under the code, as long as it is not a member's, and everything that it was used for.
func (q *Request) heldDeclaration(code string, held *heldData, page *applications.HeldView) error {
	own, _, err := q.Network.DeclaringByCode(q.Context(), code)
	if community.KindOf(err) == community.KindForbidden {
		return nil // it is in the member's own export
	}
	if err != nil {
		return err
	}
	if held.Declaration, held.DeclarationUses, err = declaredAndUsed(q.Context(), own); err != nil {
		return err
	}
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	if page.Closed = held.Declaration.Closed; held.Declaration.At != nil {
		page.Declared = declaredRows(i18n.With(q.Context(), q.Lang), held.Declaration, zone)
	}
	page.Log, err = q.usedEntries(held.DeclarationUses, zone)
	return err
}

func forgetApplication(q *Request) (Answer, error) {
	code := q.RawParam("code")
	if _, _, err := q.applicationUnder(code); err != nil { // counts wrong codes
		return Answer{}, err
	}
	body, err := Decode[forgetBody](q)
	if err != nil {
		return Answer{}, err
	}
	if !body.Sure {
		return Answer{}, community.Invalid(community.Problems{"sure": {Say: "applications.not-sure"}})
	}
	if err := q.Network.ForgetApplication(q.Context(), q.Viewer, code); err != nil {
		return Answer{}, err
	}
	return Gone("/applications", "applications.said-forgotten"), nil
}

// revokeDeclaredWith is where a member takes back what still stands under an application of theirs.
func revokeDeclaredWith(q *Request) (Answer, error) {
	own, err := q.declaringWith()
	if err != nil {
		return Answer{}, err
	}
	return Gone("/declaration", "declarations.said-revoked"), own.Revoke(q.Context())
}

func (q *Request) declaringWith() (community.Declaring, error) {
	id, err := Param[community.ApplicationID](q, "application")
	if err != nil {
		return community.Declaring{}, err
	}
	return q.Network.DeclaringWith(q.Context(), q.Viewer, id)
}

// fillDeclaredWith adds what the viewer declared before they had an account and what stays under its application.
func (q *Request) fillDeclaredWith(data *declarationData, view *declarations.View) error {
	if !q.Viewer.Known() || q.RawParam("code") != "" {
		return nil
	}
	with, err := q.Network.DeclaredWith(q.Context(), q.Viewer)
	if err != nil {
		return err
	}
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	for _, a := range with {
		kept, section, err := q.declaredWith(a, zone)
		if err != nil {
			return err
		}
		data.With, view.With = append(data.With, kept), append(view.With, section)
	}
	return nil
}

func (q *Request) declaredWith(a *community.Application, zone string) (kept declaredWithData, section declarations.With, err error) {
	own, err := q.Network.DeclaringWith(q.Context(), q.Viewer, a.ID)
	if err != nil {
		return kept, section, err
	}
	declared, used, err := declaredAndUsed(q.Context(), own)
	if err != nil {
		return kept, section, err
	}
	kept = declaredWithData{Application: a.ID, Programme: a.Programme, ownDeclarationData: declared, Log: used}
	if section.Title, section.Programme, err = q.purpose(community.PurposeOfProgramme(a.Programme)); err != nil {
		return kept, section, err
	}
	section.ID, section.Rows = string(a.ID), declaredRows(i18n.With(q.Context(), q.Lang), declared, zone)
	section.There, section.Closed = declared.At != nil, declared.Closed
	section.Log, err = q.usedEntries(used, zone)
	return kept, section, err
}

// declaredWithData is what still stands under an application of a member.
type declaredWithData struct {
	Application community.ApplicationID `json:"application"`
	Programme   community.ProgrammeID   `json:"programme"`
	ownDeclarationData
	Log []usedData `json:"log"`
}
