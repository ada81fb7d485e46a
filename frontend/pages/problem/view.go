// Package problem is the page that says what is the matter and what to try.
package problem

// View is what the page shows.
type View struct {
	Kind      string   // of the error: not-found, forbidden, …
	Text      string   // what is the matter, and what to try
	Details   []string // what is wrong with each field, where no form can show it
	Reference string   // the request's id, for whoever looks into it
	SignIn    string   // address of the door; empty when signing in does not help
}
