package community

// Every limit of the product stands here with its unit and its reason. Lengths are in characters.
const (
	IDMax            = 120  // a derived id joins up to four others
	NameMax          = 80   // the longest legal names in use fit; a list stays readable
	PronounsMax      = 40   // room for two forms and a remark
	HeadlineMax      = 140  // one line on a card
	AboutMax         = 2000 // about a page
	TitleMax         = 120  // one line of a heading
	SummaryMax       = 300  // what a programme's card shows
	TextMax          = 5000 // two pages; longer texts belong into a document
	WordsMax         = 1000 // a note to a person
	MessageMax       = 4000 // a message; longer ones are letters
	MentionsMax      = 10   // people mentioned in one message: who means more means everybody
	AddressMax       = 300  // postal addresses, opening hours
	WebsiteMax       = 500  // addresses on the web
	DeclaredWordsMax = 500  // what somebody writes beside a declaration, for themselves
	QuestionMax      = 300  // a question of a form
	AnswerMax        = 3000 // an answer on a form
	SkillNameMax     = 60   // the longest of the common list has 52
	ConceptNameMax   = 120  // a name that was imported: the longest English one of ESCO has 87, and other languages are longer
	NonceMin         = 16   // a nonce that a code is made from: as hard to guess as the code
	NonceMax         = 64   // a client's own name for a message

	SkillsMax    = 12 // skills of each grasp: more says less about a person
	NeedsMax     = 8  // needs at one time: more can't be answered in one list
	CausesMax    = 5  // causes, of 17: more says less
	LanguagesMax = 12 // languages a person or a place uses
	QuestionsMax = 10 // questions on a form: each costs applicants, and loses some

	CriteriaMax       = 6   // criteria of a programme: beyond them weights say nothing
	WeightMax         = 5   // of a criterion, relative to the others
	ScoreMax          = 4   // points: five steps have words of their own, ten don't
	ReviewersMin      = 2   // people who decide, and reviews of each application: one alone can't disagree
	ReviewersMax      = 12  // people who read for one programme
	EligibleGroupsMin = 3   // groups that a programme can be only for: of two, whoever knows one to be wrong knows the other
	CommittersMin     = 2   // people who show their value in a draw: with the program's own no single one knows the outcome
	DisagreementMax   = 150 // hundredths of a point between two reviews, beyond which a third reader is asked
	StepsMax          = 12  // first steps of a cohort
	HideMax           = 10  // further words that an applicant wants hidden
	DrawValueMin      = 16  // characters of a value for a draw: as hard to guess as a code

	FewerThan = 10 // people: a smaller count is told as "fewer than 10"

	HoursPerWeekMax = 60 // hours
	RoomInWeekUsual = 5  // introductions a week that a new member is shown
	RoomInWeekMax   = 30 // introductions a week; beyond it nobody answers well

	IntroducedInDayMax = 40 // people whom one host introduces in a day: more is not care any more
	OpenRolesMax       = 20 // open roles of one enterprise at a time

	CapacityMax         = 500   // places: the lists of who goes and waits live in one record
	WaitingListMax      = 2000  // people waiting for one event, for the same reason
	MovesKept           = 500   // steps from the waiting list that are remembered for notices: one edit may make CapacityMax
	ApplicationsMax     = 20000 // applications to one programme
	EnterprisePeopleMax = 200   // people in one enterprise, over all its time
	ConnectionsMax      = 2000  // connections loaded for one person
	BlocksMax           = 500   // blocks one person can make
	PageMax             = 100   // items on one page of any list
	MatchesMax          = 50    // people in a list of matches: nobody reads more
	ListDays            = 28    // days over which people are told how often they were shown: rough, and no single day
	ConceptsMax         = 50000 // skills of one classification: all names are held in memory and looked through as one types
	GroupMax            = 50    // people in a group that a member starts: beyond it nobody knows who listens
	SuggestionsMax      = 12    // skills suggested as one types
	ShowingDays         = 90    // days that a list is remembered: a quarter is enough to learn from, and nobody's business after

	AmountMax       = 1_000_000_000 // minor units of one amount: a balance over a life of postings fits 64 bits a million times over
	PlansMax        = 12            // plans that one can choose from
	PoolWaitingMax  = 500           // people waiting for a seat of one pool: the list lives in its record
	PoolGrantsMax   = 1000          // seats that one pool pays for at a time, for the same reason
	PoolGivenMax    = 4000          // terms of one pool that ended within two years: 500 seats of three months each, and a quarter of a document
	RollMax         = 5000          // people who may vote on one proposal: the roll lives in its record
	ProposalsMax    = 5             // proposals of one hub that people vote on at a time: more can't be discussed
	RemarksInDayMax = 30            // remarks that one person makes on proposals in a day
)
