package web

import (
	"net/http"
	"time"

	"longtable/frontend/pages/helping"
	"longtable/server/auth"
	"longtable/server/community"
)

type codeBody struct {
	Code auth.Secret `json:"code"`
}

// halvesBody are the two halves of a code, in whichever order.
type halvesBody struct {
	First  auth.Secret `json:"first"`
	Second auth.Secret `json:"second"`
}

// ownBody makes a kept account one's own: with an address and a password, or with the card alone.
type ownBody struct {
	Email       string      `json:"email"`
	Password    auth.Secret `json:"password"`
	KeepHelpers bool        `json:"keepHelpers"`
}

// recoveryBody names the member who stands before the host.
type recoveryBody struct {
	Member     community.MemberID `json:"member"`
	FaceToFace bool               `json:"faceToFace"`
}

// halfData is a half of a code, for the member's hand.
type halfData struct {
	Half    string     `json:"half"` // shown this once
	ReadyAt *time.Time `json:"readyAt,omitempty"`
}

type wayInData struct {
	CardLeft int        `json:"cardLeft"` // codes that work
	CardSeen bool       `json:"cardSeen"` // somebody else printed the card
	Address  bool       `json:"address"`  // letters reach the account
	Kept     bool       `json:"kept"`
	Recovery *time.Time `json:"recovery,omitempty"` // somebody at the hub says that one lost the way in: since when
}

func showCardForm(q *Request) (Answer, error) {
	view := helping.ComeInView{Code: q.partOf("/card", nil, "code"), Halves: q.partOf("/card/halves", nil, "first", "second")}
	return Answer{View: View{Title: q.Say("helping.come-in-title"), Section: "sign-in", Content: helping.ComeIn(view), Modules: []string{"form"}}}, nil
}

func useCard(q *Request) (Answer, error) {
	body, err := Decode[codeBody](q)
	if err != nil {
		return Answer{}, err
	}
	entry, err := q.Door.UseCard(q.Context(), body.Code, q.visitor())
	if err != nil {
		return Answer{}, err
	}
	v, err := q.Network.Viewer(q.Context(), entry.Session.Member)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.CardUsed(q.Context(), v, entry.CardEnded); err != nil {
		return Answer{}, err
	}
	if entry.CardEnded {
		return q.cameIn(entry, "/way-in")
	}
	return q.cameIn(entry, "/")
}

// useHalves lets in who brings both halves after the wait. Whatever order they are typed in, they are tried as one.
func useHalves(q *Request) (Answer, error) {
	body, err := Decode[halvesBody](q)
	if err != nil {
		return Answer{}, err
	}
	visitor := q.visitor()
	if err := q.Throttle.Take(auth.CardByNetwork, auth.NetworkKey(visitor.Address)); err != nil {
		return Answer{}, err
	}
	member, err := q.Network.UseRecovery(q.Context(), body.First.Reveal(), body.Second.Reveal())
	if community.KindOf(err) == community.KindNotFound {
		member, err = q.Network.UseRecovery(q.Context(), body.Second.Reveal(), body.First.Reveal())
	}
	if err != nil {
		return Answer{}, err
	}
	entry, err := q.Door.Recover(q.Context(), member, visitor)
	if err != nil {
		return Answer{}, err
	}
	return q.cameIn(entry, "/way-in")
}

func showWayIn(q *Request) (Answer, error) {
	account, err := q.Door.Account(q.Context(), q.Viewer.ID)
	if err != nil {
		return Answer{}, err
	}
	m, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	left, seen, err := q.Door.CardLeft(q.Context(), q.Viewer.ID)
	if err != nil {
		return Answer{}, err
	}
	data := wayInData{CardLeft: left, CardSeen: seen, Address: account.HasAddress(), Kept: m.Kept}
	view := helping.WayInView{Left: left, Seen: seen, Address: account.HasAddress(), Kept: m.Kept, InBrowser: q.Session != nil,
		Form: q.formWithout([]string{"password"}, nil)}
	r, err := q.Network.OwnRecovery(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	if r != nil {
		since := r.StartedAt.Time()
		data.Recovery = &since
	}
	return Answer{Data: data, View: View{Title: q.Say("helping.way-in-title"), Section: "account", Content: helping.WayIn(view), Modules: []string{"form"}}, Private: true}, nil
}

func makeCard(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	codes, err := q.Door.MakeCard(q.Context(), q.Viewer.ID, false)
	if err != nil {
		return Answer{}, err
	}
	view := q.cardView(q.Viewer.Name, codes)
	view.Back = "/way-in"
	return Answer{Status: http.StatusCreated, Data: cardData{view.Codes},
		View: View{Title: q.Say("helping.card-title"), Section: "account", Content: helping.Card(view)}, Private: true}, nil
}

func makeOwn(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[ownBody](q)
	if err != nil {
		return Answer{}, err
	}
	said := "helping.said-own"
	if body.Email != "" || body.Password != "" {
		if err := q.Door.GiveAddress(q.Context(), q.Session, body.Email, body.Password, q.visitor(), q.Mails); err != nil {
			return Answer{}, err
		}
		if q.Mails {
			said = "helping.said-letter"
		}
	}
	if err := q.Network.TakeOver(q.Context(), q.Viewer, body.KeepHelpers); err != nil {
		return Answer{}, err
	}
	return Gone("/way-in", said), nil
}

func newRecovery(q *Request) (Answer, error) {
	if !q.Viewer.HostsAny() && !q.Viewer.Steward {
		return Answer{}, community.NotFound("only hosts let people in again")
	}
	form := q.Form(recoveryBody{})
	view := helping.RecoverView{Form: form, Mine: string(q.Viewer.ID)}
	id := form.Value("member")
	if q.Problem == nil {
		id = q.Ask("member")
	}
	if id != "" {
		member, err := community.ParseID[community.MemberID](id)
		if err != nil {
			return Answer{}, err
		}
		person, err := q.Network.Member(q.Context(), q.Viewer, member)
		if err != nil {
			return Answer{}, err
		}
		view.ID, view.Name = string(person.ID), person.Name
	}
	var err error
	if view.Open, err = q.recoveries(); err != nil {
		return Answer{}, err
	}
	return Answer{View: View{Title: q.Say("helping.recover-title"), Section: "desk", Content: helping.Recover(view), Modules: []string{"form"}}, Private: true}, nil
}

// recoveries are those under way on the desks of the viewer.
func (q *Request) recoveries() ([]helping.Recovery, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return nil, err
	}
	var list []helping.Recovery
	for _, hub := range hubs.sorted {
		if !q.Viewer.Hosts(hub.ID) && !q.Viewer.Steward {
			continue
		}
		open, err := q.Network.RecoveriesAt(q.Context(), q.Viewer, hub.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range open {
			names, err := q.names(q.Context(), []community.MemberID{r.ID, r.StartedBy})
			if err != nil {
				return nil, err
			}
			shown := helping.Recovery{ID: string(r.ID), Name: names[r.ID], By: q.nameOr(names[r.StartedBy], "desk.somebody"), At: r.StartedAt.In(hub.Zone),
				MayApprove: r.State == community.RecoveryStarted && r.StartedBy != q.Viewer.ID && r.ID != q.Viewer.ID}
			if r.ReadyAt != 0 {
				shown.Ready = r.ReadyAt.In(hub.Zone)
			}
			list = append(list, shown)
		}
	}
	return list, nil
}

func startRecovery(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	body, err := Decode[recoveryBody](q)
	if err != nil {
		return Answer{}, err
	}
	half, r, err := q.Network.StartRecovery(q.Context(), q.Viewer, body.Member, body.FaceToFace)
	if err != nil {
		return Answer{}, err
	}
	return q.halfShown(half, r, false)
}

func approveRecovery(q *Request) (Answer, error) {
	if err := q.inBrowser(); err != nil {
		return Answer{}, err
	}
	member, err := Param[community.MemberID](q, "member")
	if err != nil {
		return Answer{}, err
	}
	half, r, err := q.Network.ApproveRecovery(q.Context(), q.Viewer, member)
	if err != nil {
		return Answer{}, err
	}
	return q.halfShown(half, r, true)
}

func (q *Request) halfShown(half string, r *community.Recovery, second bool) (Answer, error) {
	names, err := q.names(q.Context(), []community.MemberID{r.ID})
	if err != nil {
		return Answer{}, err
	}
	hub, err := q.Network.Hub(q.Context(), r.Hub)
	if err != nil {
		return Answer{}, err
	}
	view := helping.HalfView{Name: names[r.ID], Half: half, Second: second, Site: q.Base.Host + "/card", Link: q.Base.JoinPath("card").String()}
	data := halfData{Half: half}
	if second {
		at := r.ReadyAt.Time()
		view.Ready, data.ReadyAt = r.ReadyAt.In(hub.Zone), &at
	}
	return Answer{Status: http.StatusCreated, Data: data, View: View{Title: q.Say("helping.half-title"), Section: "desk", Content: helping.Half(view)}, Private: true}, nil
}

func stopRecoveryOf(q *Request) (Answer, error) {
	member, err := Param[community.MemberID](q, "member")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.StopRecovery(q.Context(), q.Viewer, member); err != nil {
		return Answer{}, err
	}
	return Gone("/recoveries/new", "helping.said-recovery-stopped"), nil
}

func stopOwnRecovery(q *Request) (Answer, error) {
	if err := q.Network.StopRecovery(q.Context(), q.Viewer, q.Viewer.ID); err != nil {
		return Answer{}, err
	}
	return Gone("/way-in", "helping.said-recovery-stopped"), nil
}
