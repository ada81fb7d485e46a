package web

import (
	"cmp"
	"slices"
	"time"

	"longtable/frontend/pages/desk"
	"longtable/server/community"
)

// todayData is the list of the day of a host.
type todayData struct {
	Own    []waitingData `json:"own"`    // soonest due first
	Others []waitingData `json:"others"` // of the hubs one hosts, with other hosts or stewards
	Still  []stillData   `json:"still"`
	Meet   []meetData    `json:"meet"`
}

// waitingData is something that waits for an answer of a host.
type waitingData struct {
	Kind    community.WaitingKind `json:"kind"`
	ID      string                `json:"id"` // of the request, the programme or the posting
	Hub     community.HubID       `json:"hub"`
	HubName string                `json:"hubName"`
	Member  *personData           `json:"member,omitempty"` // who waits; nobody for applications
	Title   string                `json:"title,omitempty"`
	Count   int                   `json:"count,omitempty"` // of applications
	Since   time.Time             `json:"since"`
	Due     time.Time             `json:"due"`
	Late    bool                  `json:"late"`
	Owner   personData            `json:"owner"`
}

// stillData is how many people of a hub wait for the answer of somebody they asked.
type stillData struct {
	Hub     community.HubID `json:"hub"`
	HubName string          `json:"hubName"`
	People  int             `json:"people"`
}

// meetData is two people whom the host could introduce: who has met nobody yet, or two of separate circles.
type meetData struct {
	Kind    string     `json:"kind"` // unmet or bridge
	One     personData `json:"one"`
	Other   personData `json:"other"`
	Address string     `json:"address"` // of the form that asks both
}

// answersData sums up how people of a hub were answered; few says that they were too few for it.
type answersData struct {
	Few    bool `json:"few"`
	People int  `json:"people"` // in steps of five
	Hours  int  `json:"hours"`  // within which half of them had a first answer
	InTime int  `json:"inTime"` // percent, in steps of five
}

const (
	meetUnmet   = 2 // people who have met nobody, of each hub on the list of the day; the page of introductions has the others
	meetBridges = 2 // pairs of separate circles
)

// today is the list of the day as the domain has it.
type today struct {
	own, others []*community.Unanswered
	still       []stillData
	meet        []meetData
	answers     []desk.Answers
}

func (t *today) people() (ids []community.MemberID) {
	for _, w := range slices.Concat(t.own, t.others) {
		ids = append(ids, w.Member, w.Owner)
	}
	return ids
}

func (q *Request) today(desks []community.HubID, hubs hubNames) (*today, error) {
	t := &today{}
	var err error
	if t.own, err = q.Network.OwnWaiting(q.Context(), q.Viewer); err != nil {
		return nil, err
	}
	for _, hub := range desks {
		if err := q.todayAt(t, hub, hubs); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(t.others, func(a, b *community.Unanswered) int { return cmp.Compare(a.Due, b.Due) })
	return t, nil
}

func (q *Request) todayAt(t *today, hub community.HubID, hubs hubNames) error {
	all, err := q.Network.WaitingAt(q.Context(), q.Viewer, hub)
	if err != nil {
		return err
	}
	t.others = append(t.others, slices.DeleteFunc(all, func(w *community.Unanswered) bool { return w.Yours })...)
	still, err := q.Network.StillWaitAt(q.Context(), q.Viewer, hub)
	if err != nil {
		return err
	}
	if still > 0 {
		t.still = append(t.still, stillData{hub, hubs.name(hub), still})
	}
	if _, text, err := q.answersAt(hub); err != nil {
		return err
	} else if text != "" {
		t.answers = append(t.answers, desk.Answers{Hub: hubs.name(hub), Text: text})
	}
	if !q.Viewer.Hosts(hub) {
		return nil
	}
	meet, err := q.couldMeet(hub)
	t.meet = append(t.meet, meet...)
	return err
}

// couldMeet are the first of the introductions to make at a hub, each with the form that asks both.
func (q *Request) couldMeet(hub community.HubID) ([]meetData, error) {
	unmet, err := q.Network.UnmetAt(q.Context(), q.Viewer, hub)
	if err != nil {
		return nil, err
	}
	var all []meetData
	for _, u := range unmet {
		if len(u.People) > 0 && len(all) < meetUnmet {
			other := u.People[0].Person
			all = append(all, meetData{"unmet", personData{u.Person.ID, u.Person.Name}, personData{other.ID, other.Name}, introducingForm(u.Person.ID, other.ID)})
		}
	}
	bridges, err := q.Network.BridgesAt(q.Context(), q.Viewer, hub)
	for _, b := range bridges[:min(len(bridges), meetBridges)] {
		all = append(all, meetData{"bridge", personData{b.One.ID, b.One.Name}, personData{b.Other.ID, b.Other.Name}, introducingForm(b.One.ID, b.Other.ID)})
	}
	return all, err
}

// answersAt sums up the answers at a hub, in figures and in a sentence.
func (q *Request) answersAt(hub community.HubID) (*answersData, string, error) {
	times, err := q.Network.AnswersAt(q.Context(), q.Viewer, hub)
	if err != nil {
		return nil, "", err
	}
	data := &answersData{Few: times.Few, People: times.People, Hours: int((times.Median + time.Hour - 1) / time.Hour), InTime: times.InTime}
	switch {
	case times.Few:
		return data, q.Say("hubs.answers-few"), nil
	case data.Hours <= hoursAsDays:
		return data, q.Say("hubs.answers-hours", "hours", data.Hours, "percent", data.InTime), nil
	default:
		return data, q.Say("hubs.answers-days", "days", (data.Hours+23)/24, "percent", data.InTime), nil
	}
}

const hoursAsDays = 48 // hours up to which people think in hours

func (p *pile) todayData(hubs hubNames) todayData {
	give := func(list []*community.Unanswered) []waitingData {
		all := []waitingData{}
		for _, w := range list {
			d := waitingData{Kind: w.Kind, ID: w.ID, Hub: w.Hub, HubName: hubs.name(w.Hub), Title: w.Title, Count: w.Count, Since: w.Since.Time(),
				Due: w.Due.Time(), Late: w.Late(), Owner: personData{w.Owner, p.name(w.Owner)}}
			if w.Member != "" {
				d.Member = &personData{w.Member, p.name(w.Member)}
			}
			all = append(all, d)
		}
		return all
	}
	return todayData{Own: give(p.today.own), Others: give(p.today.others), Still: orEmpty(p.today.still), Meet: orEmpty(p.today.meet)}
}

func (q *Request) todayView(p *pile, hubs hubNames) desk.Today {
	var v desk.Today
	for _, w := range p.today.own {
		v.Own = append(v.Own, q.waitsView(w, p, hubs))
	}
	for _, w := range p.today.others {
		shown := q.waitsView(w, p, hubs)
		shown.Owner = q.nameOr(p.name(w.Owner), "desk.somebody")
		v.Others = append(v.Others, shown)
	}
	for _, s := range p.today.still {
		v.Still = append(v.Still, desk.Still{Hub: s.HubName, People: s.People})
	}
	for _, m := range p.today.meet {
		v.Meet = append(v.Meet, desk.Meet{One: m.One.Name, Other: m.Other.Name, Bridge: m.Kind == "bridge", Address: m.Address})
	}
	return v
}

func (q *Request) waitsView(w *community.Unanswered, p *pile, hubs hubNames) desk.Waits {
	v := desk.Waits{Kind: string(w.Kind), Title: w.Title, Count: w.Count, Hub: hubs.name(w.Hub),
		Due: desk.Due{By: w.Due.In(hubs.zone(w.Hub)), Late: w.Late()}}
	switch w.Kind {
	case community.WaitingApplications:
		v.Address = "/programmes/" + w.ID + "/applications"
	case community.WaitingAsk:
		v.Address = "/board/" + w.ID
	default:
		v.Address = "#request-" + w.ID
	}
	if w.Member != "" {
		v.Name = q.nameOr(p.name(w.Member), "desk.somebody")
	}
	return v
}

func hoursData(h *community.Hub) map[string]string {
	hours := map[string]string{}
	for _, t := range h.OpenTimes() {
		hours[community.Weekdays[t.Day]] = t.String()
	}
	return hours
}
