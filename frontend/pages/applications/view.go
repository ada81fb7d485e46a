// Package applications is for people who apply: the form, to come back with a code, the answer, and what follows from it.
package applications

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/declarations"
)

// ApplyView is the form of a programme, for anybody.
type ApplyView struct {
	ID, Title string // of the programme
	Questions []Question
	Minutes   int
	AnswerBy  time.Time // at the hub
	Nonce     string    // makes what is sent twice one application
	Code      string    // of a draft that is continued
	Form      components.Typed
	Only      []string             // groups that the programme is only for; empty for everybody
	DeclareAt string               // where somebody declares who does not do so within the form; empty for nowhere
	ByHelper  bool                 // somebody fills it in in another's name
	Declare   *declarations.Choice // what somebody without an account can declare with it; nil where nothing can be
	Max       Limits
}

// Question of a programme's form.
type Question struct {
	ID, Text string
}

// Limits are in characters.
type Limits struct {
	Name, Reach, Answer, Hide int
}

// SentView is shown after applying; it is where the code is seen.
type SentView struct {
	ID, Title string // of the programme
	Code      string
	Site      string    // address of the page that takes the code, as one types it
	AnswerBy  time.Time // at the hub
}

// LookupView asks for a code, and lists what a member sent while signed in.
type LookupView struct {
	Viewer string // id of who looks; empty for strangers
	Form   components.Typed
	Own    []Application
	Next   string
}

// Application is one as the person who sent it sees it. Times are in the hub's zone.
type Application struct {
	ID           string // the element's, where a page shows several
	Programme    string // its id
	Title        string // of the programme
	State        string // of the domain
	Reason       string
	Reasons      []string // what those who decided wrote, word for word
	Asked        string   // "yes" or "no": whether the programme is for them; empty where nobody was asked
	Only         []string // groups that it is only for
	DeclareAt    string   // where they read and change what they declared
	Code         string   // where the page was opened with it
	Masked       []Answer // as those read it who decide
	Helper, How  string   // who applied together with the person, and how they agreed
	Open         bool     // a draft can still be sent
	Steps        []components.Task
	Place, Of    int    // in the order drawn; 0 for none
	Row          string // in the public list
	Proofs       []Proof
	Bound        bool // it belongs to a member
	Mine         bool // to the one who looks
	Conversation bool // the cohort has begun for them
	Name, Reach  string
	Answers      []Answer
	SentAt       time.Time
	AnswerBy     time.Time
	ProgrammeDay time.Time // on which the programme starts
}

// Proof of what was said of one's own row, as a file of lines.
type Proof struct {
	Kind, Text string
}

// Answer to a question.
type Answer struct {
	Question, Text string
}

// HeldView is everything that is kept under the code of an application.
type HeldView struct {
	Application
	Number   int
	Hide     string    // further words that are hidden from those who decide
	HelperAt time.Time // when the person agreed; zero without a helper
	SignedIn []time.Time
	Declared []components.SummaryRow // empty where nothing is
	Closed   bool                    // what was declared can't be opened now
	Log      []declarations.Entry
	Form     components.Typed
}
