// Package home is the front page.
package home

import "longtable/frontend/components"

// WelcomeView is for people outside.
type WelcomeView struct {
	Network    string
	Programmes []components.Card
}

// WeekView is for people of the network.
type WeekView struct {
	Name          string
	Introductions int
	Unread        int
	Host          bool
	FirstSteps    []components.Task // empty once all are done
	Matches       []components.PersonCard
	Events        []components.Card
}
