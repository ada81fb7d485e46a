package store

import (
	"context"

	"longtable/server/auth"
	"longtable/server/community"
)

// Community opens every collection of the domain. What it returns is all that community.New needs.
func Community(ctx context.Context, db *DB) (community.Stores, error) {
	var s community.Stores
	o := opener{ctx: ctx, db: db}
	s.Members = members{opened[community.MemberID, community.Member](&o, "members", memberIndexes...)}
	s.SkillList = skills{opened[community.SkillID, community.Skill](&o, "skills", skillIndexes...)}
	s.Hubs = hubs{opened[community.HubID, community.Hub](&o, "hubs", hubIndexes...)}
	s.JoinRequests = joinRequests{opened[community.JoinRequestID, community.JoinRequest](&o, "join_requests", joinRequestIndexes...)}
	s.Enterprises = enterprises{opened[community.EnterpriseID, community.Enterprise](&o, "enterprises", enterpriseIndexes...)}
	s.Postings = postings{opened[community.PostingID, community.Posting](&o, "postings", postingIndexes...)}
	s.Introductions = introductions{opened[community.IntroductionID, community.Introduction](&o, "introductions", introductionIndexes...)}
	s.Connections = connections{opened[community.ConnectionID, community.Connection](&o, "connections", connectionIndexes...)}
	s.Conversations = conversations{opened[community.ConversationID, community.Conversation](&o, "conversations", conversationIndexes...)}
	s.Seats = seats{openedSilent[community.SeatID, community.Seat](&o, "seats", seatIndexes...)}
	s.Messages = messages{openedLog[community.MessageID, community.Message](&o, "messages", messageLine)}
	s.Earlier = earlier{openedSilent[community.MessageID, community.Earlier](&o, "earlier_words", earlierIndexes...)}
	s.Files = files{openedSilent[community.FileID, community.File](&o, "files", fileIndexes...)}
	s.Pieces = pieces{openedSilent[community.PieceID, community.Piece](&o, "file_pieces", pieceIndexes...)}
	s.Digests = digests{openedSilent[community.MemberID, community.Digest](&o, "digests", digestIndexes...)}
	s.Events = events{opened[community.EventID, community.Event](&o, "events", eventIndexes...)}
	s.Programmes = programmes{opened[community.ProgrammeID, community.Programme](&o, "programmes", programmeIndexes...)}
	s.Applications = applications{opened[community.ApplicationID, community.Application](&o, "applications", applicationIndexes...)}
	s.Notices = notices{opened[community.NoticeID, community.Notice](&o, "notices", noticeIndexes...)}
	s.Blocks = blocks{opened[community.BlockID, community.Block](&o, "blocks", blockIndexes...)}
	s.Reports = reports{opened[community.ReportID, community.Report](&o, "reports", reportIndexes...)}
	s.Charters = opened[community.CharterID, community.Charter](&o, "charters")
	s.Erasures = erasures{opened[community.MemberID, community.Erasure](&o, "erasures")}
	s.Showings = showings{openedSilent[community.ShowingID, community.Showing](&o, "showings", showingIndexes...)}
	s.Agreements = agreements{openedSilent[community.AgreementID, community.Agreement](&o, "agreements", agreementIndexes...)}
	s.Rounds = openedSilent[community.RoundID, community.Round](&o, "rounds")
	s.Impacts = impacts{openedSilent[community.ImpactsID, community.Impacts](&o, "impacts", impactIndexes...)}
	s.Brokerings = brokerings{opened[community.BrokeringID, community.Brokering](&o, "brokerings", brokeringIndexes...)}
	s.OpenRoles = openRoles{opened[community.RoleID, community.OpenRole](&o, "open_roles", openRoleIndexes...)}
	s.Reviews = reviews{opened[community.ReviewID, community.Review](&o, "reviews", reviewIndexes...)}
	s.Selections = opened[community.ProgrammeID, community.Selection](&o, "selections")
	s.ProgrammeLogs = openedSilent[community.ProgrammeID, community.ProgrammeLog](&o, "programme_logs")
	s.Weights = weights{opened[community.WeightsID, community.WeightsVersion](&o, "weights", weightsIndexes...)}
	s.FirstAnswers = firstAnswers{openedSilent[community.FirstAnswerID, community.FirstAnswer](&o, "first_answers", firstAnswerIndexes...)}
	s.Declarations = openedSilent[community.Declarant, community.Declaration](&o, "declarations")
	s.DeclarationUses = declarationUses{openedSilent[community.UseID, community.DeclarationUse](&o, "declaration_uses", declarationUseIndexes...)}
	s.RootMarks = openedSilent[community.RootMarkID, community.RootMark](&o, "root_marks")
	s.Refusals = refusals{openedSilent[community.RefusalID, community.Refusal](&o, "refusals", refusalIndexes...)}
	s.Releases = releases{openedSilent[community.ReleaseID, community.Release](&o, "releases", releaseIndexes...)}
	s.ReleasePlans = openedSilent[community.ReleasePlanID, community.ReleasePlan](&o, "release_plans")
	s.ReleaseRules = openedSilent[community.ReleaseRuleID, community.ReleaseRule](&o, "release_rules")
	s.ReleaseRuns = openedSilent[community.ReleaseRunID, community.ReleaseRun](&o, "release_runs")
	s.LocalShares = openedSilent[community.HubID, community.LocalShares](&o, "local_shares")
	s.Companions = companions{openedSilent[community.CompanionID, community.Companion](&o, "companions", companionIndexes...)}
	s.Assistances = assistances{opened[community.AssistanceID, community.Assistance](&o, "assistances", assistanceIndexes...)}
	s.Acts = acts{openedSilent[community.ActID, community.Act](&o, "acts", actIndexes...)}
	s.Recoveries = recoveries{opened[community.MemberID, community.Recovery](&o, "recoveries", recoveryIndexes...)}
	s.Studies = openedSilent[community.StudyID, community.Study](&o, "studies")
	s.Plans = plans{openedSilent[community.PlanID, community.Plan](&o, "plans", planIndexes...)}
	s.PlanSeats = planSeats{openedSilent[community.PlanSeatID, community.PlanSeat](&o, "plan_seats", planSeatIndexes...)}
	s.Dues = dues{opened[community.DuesID, community.Dues](&o, "dues", duesIndexes...)}
	s.Pools = pools{opened[community.PoolID, community.Pool](&o, "pools", poolIndexes...)}
	s.Ledger = ledger{openedSilent[community.EntryID, community.LedgerEntry](&o, "ledger", ledgerIndexes...)}
	s.Donations = donations{openedSilent[community.DonationID, community.Donation](&o, "donations", donationIndexes...)}
	s.Closings = closings{openedSilent[community.ClosingID, community.Closing](&o, "closings", closingIndexes...)}
	s.Proposals = proposals{opened[community.ProposalID, community.Proposal](&o, "proposals", proposalIndexes...)}
	s.Votes = votes{openedSilent[community.VoteID, community.Vote](&o, "votes", voteIndexes...)}
	s.Remarks = remarks{openedSilent[community.RemarkID, community.Remark](&o, "remarks", remarkIndexes...)}
	s.SavedSearches = savedSearches{opened[community.SavedSearchID, community.SavedSearch](&o, "saved_searches", savedSearchIndexes...)}
	return s, o.err
}

// Accounts are the collections of the auth room.
type Accounts struct {
	Accounts auth.Accounts
	Sessions auth.Sessions
	Links    auth.Links
	Tokens   auth.Tokens
	Cards    auth.CardCodes
}

// Auth opens the collections of the auth room. Nobody is told of their changes.
func Auth(ctx context.Context, db *DB) (Accounts, error) {
	o := opener{ctx: ctx, db: db}
	a := Accounts{
		Accounts: accounts{openedSilent[community.MemberID, auth.Account](&o, "accounts", accountIndexes...)},
		Sessions: sessions{openedSilent[auth.SessionHash, auth.Session](&o, "sessions", expiringIndexes...)},
		Links:    links{openedSilent[auth.LinkHash, auth.SignInLink](&o, "links", linkIndexes...)},
		Cards:    cardCodesOf{openedSilent[auth.CodeHash, auth.CardCode](&o, "card_codes", cardIndexes...)},
		Tokens:   tokens{openedSilent[auth.TokenHash, auth.Token](&o, "tokens", tokenIndexes...)},
	}
	return a, o.err
}

// opener opens collections one after another and remembers the first error.
type opener struct {
	ctx context.Context
	db  *DB
	err error
}

func opened[ID ~string, T any, P interface {
	*T
	community.Kept
}](o *opener, name string, indexes ...Index) *Collection[ID, T] {
	if o.err != nil {
		return nil
	}
	var c *Collection[ID, T]
	c, o.err = Open[ID, T, P](o.ctx, o.db, name, indexes...)
	return c
}

func openedSilent[ID ~string, T any, P interface {
	*T
	community.Kept
}](o *opener, name string, indexes ...Index) *Collection[ID, T] {
	if o.err != nil {
		return nil
	}
	var c *Collection[ID, T]
	c, o.err = OpenSilent[ID, T, P](o.ctx, o.db, name, indexes...)
	return c
}

func openedLog[ID ~string, T any, P interface {
	*T
	community.Kept
}](o *opener, name string, line func(*T) Line) *Log[ID, T] {
	if o.err != nil {
		return nil
	}
	var l *Log[ID, T]
	l, o.err = OpenLog[ID, T, P](o.ctx, o.db, name, line)
	return l
}

// all reads everything that a query finds, page by page, for lists that are bounded elsewhere.
func all[ID ~string, T any](ctx context.Context, c *Collection[ID, T], q Query) ([]*T, error) {
	var found []*T
	page := community.Page{Limit: LimitMax - 1}
	for {
		part, next, err := c.Page(ctx, q, page)
		if err != nil {
			return nil, err
		}
		found = append(found, part...)
		if next == "" {
			return found, nil
		}
		page.After = next
	}
}

// every reads the whole collection.
func every[ID ~string, T any](ctx context.Context, c *Collection[ID, T]) ([]*T, error) {
	var found []*T
	for v, err := range c.Each(ctx) {
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, nil
}
