// Package leaving shows what it means to leave the network, and asks whether somebody means it.
package leaving

import "longtable/frontend/components"

// ShowView is the page.
type ShowView struct {
	Form        components.Typed // without the password
	Password    bool             // the account has one
	InBrowser   bool             // else it is read by a program, which can't leave for anybody
	LastSteward bool             // somebody else is to be appointed first
	Candidates  []components.Option
	Hubs        []string // names of hubs that would have no host
	Enterprises []string // names of those that go too
	OpenReports int
}
