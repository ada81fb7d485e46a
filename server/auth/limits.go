package auth

import "time"

// Every limit of this room, with its unit and its reason.
const (
	emailMax = 254 // bytes; the longest address that mail servers accept (RFC 5321)

	passwordMin = 10  // characters; long enough to make guessing behind the throttle hopeless, short enough to remember
	passwordMax = 256 // bytes; 64 characters of any script, and little enough to hash

	sessionIdle     = 14 * 24 * time.Hour // without a visit; people who come weekly stay signed in over a holiday
	sessionAbsolute = 90 * 24 * time.Hour // since signing in; a lost phone is forgotten in a season
	sessionsMax     = 20                  // per member; beyond, the one not seen for longest ends
	seenEvery       = time.Hour           // between two writes of "seen"; a read stays a read

	linkLife     = 10 * time.Minute    // ASVS 6.5.5
	demoLinkLife = 30 * 24 * time.Hour // links of a demo network, made anew at each start
	freshFor     = 15 * time.Minute    // after a mailed link was used, the password may be set without the old one

	tokensMax    = 20 // per member; more than one person's programs, fewer than a page
	tokenNameMax = 80 // characters; one line of the settings

	cardCodes = 8 // codes on a card: two months of coming in once a week, and they fit on a card for the purse

	agentMax = 60 // characters kept of what a browser says of itself
	langMax  = 35 // characters; the longest language tag that RFC 5646 asks everybody to take

	familiarMax = 20_000 // pairs of account and network; about 3 MB
	sweepMax    = 1_000  // things of each kind deleted in one sweep, so that it never holds up the store

	hashSlots = 2  // passwords hashed at once: half of the cores of a small machine, 38 MiB
	hashQueue = 20 // passwords that wait; at some 50 ms each the last waits half a second
)
