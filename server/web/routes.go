package web

import (
	"longtable/server/community"
)

// routes is every address of the product with who may come. Order matters where a word could be an id: "new" goes first.
func routes() []Route {
	return []Route{
		// The front of the house.
		{Method: "GET", Path: "/", Rule: Anyone, Handle: showHome, Gives: homeData{}, Says: "This week: matches, introductions, events, unread talk."},
		{Method: "GET", Path: "/first-run", Rule: Anyone, Handle: newNetwork, Says: "Form of the guided first run."},
		{Method: "POST", Path: "/first-run", Rule: Anyone, Handle: foundNetwork, Again: newNetwork, Sends: foundingBody{}, Says: "Found the network: its name, first hub and first steward."},
		{Method: "GET", Path: "/help", Rule: Anyone, Handle: showHelp, Says: "How things work here, and whom to ask."},
		{Method: "GET", Path: "/search", Rule: Anyone, Handle: searchAll, Gives: searchData{}, Says: "One search over everything the viewer may find."},

		// Coming in.
		{Method: "GET", Path: "/sign-up", Rule: Anyone, Handle: newAccount, Says: "Form to sign up."},
		{Method: "POST", Path: "/sign-up", Rule: Anyone, Handle: signUp, Again: newAccount, Sends: signUpBody{}, Says: "Sign up; the answer is the same for every address."},
		{Method: "GET", Path: "/sessions", Rule: Anyone, Handle: showSessions, Gives: List[sessionData]{}, Says: "Sign in, or see where one is signed in."},
		{Method: "POST", Path: "/sessions", Rule: Anyone, Handle: signIn, Again: newSession, Sends: signInBody{}, Gives: sessionData{}, Says: "Sign in with e-mail and password."},
		{Method: "POST", Path: "/sessions/delete", As: "DELETE", Rule: Anyone, Handle: signOut, Says: "Sign out of this browser."},
		{Method: "POST", Path: "/sessions/{id}/delete", As: "DELETE", Rule: SignedIn, Handle: endSession, Says: "End another session of one's own."},
		{Method: "GET", Path: "/sign-in-link", Rule: Anyone, Handle: newSignInLink, Says: "Form to be sent a sign-in link."},
		{Method: "POST", Path: "/sign-in-link", Rule: Anyone, Handle: requestSignInLink, Again: newSignInLink, Sends: linkBody{}, Says: "Send a sign-in link; the answer is the same for every address."},
		{Method: "GET", Path: "/sign-in-link/{token}", Rule: Anyone, Handle: showSignInLink, Says: "The page behind a link; it does not use it."},
		{Method: "POST", Path: "/sign-in-link/{token}", Rule: Anyone, Handle: useSignInLink, Again: showSignInLink, Says: "Come in by a link, once."},
		{Method: "GET", Path: "/arrival", Rule: Anyone, Handle: newMember, Says: "Form for the name of somebody who has just signed up."},
		{Method: "POST", Path: "/arrival", Rule: Anyone, Handle: arrive, Again: newMember, Sends: arrivalBody{}, Says: "Join the network under a name."},
		{Method: "GET", Path: "/mailbox", Rule: Anyone, Handle: showMailbox, Says: "The letters of a demo network."},

		// People.
		{Method: "GET", Path: "/people", Rule: SignedIn, Handle: findPeople, Gives: List[community.Profile]{}, Says: "Find people by words, skill, cause, language, hub."},
		{Method: "GET", Path: "/people/{id}", Rule: SignedIn, Handle: showPerson, Gives: community.Profile{}, Says: "A person as the viewer may see them."},
		{Method: "POST", Path: "/people/{id}/block", Rule: SignedIn, Handle: blockPerson, Says: "Be absent for each other; the other is not told."},
		{Method: "POST", Path: "/people/{id}/block/delete", As: "DELETE", Rule: SignedIn, Handle: unblockPerson, Says: "Take one's own block back."},
		{Method: "GET", Path: "/profile", Rule: SignedIn, Handle: editProfile, Gives: community.ProfileDraft{}, Says: "What one wrote about oneself."},
		{Method: "POST", Path: "/profile", As: "PATCH", Rule: SignedIn, Handle: writeProfile, Again: editProfile, Sends: community.ProfileDraft{}, Gives: community.ProfileDraft{}, Says: "Write one's profile."},
		{Method: "GET", Path: "/matches", Rule: SignedIn, Handle: showMatches, Gives: List[community.Match]{}, Says: "People who fit both ways, with the reasons."},
		{Method: "GET", Path: "/matches/how-you-are-shown", Rule: SignedIn, Handle: showHowShown, Gives: howShownData{}, Says: "About how often one is shown to others, and what would change it."},
		{Method: "POST", Path: "/matches/how-you-are-shown", Rule: SignedIn, Handle: beProposed, Sends: proposedBody{}, Says: "Be proposed to others, or not."},
		{Method: "GET", Path: "/matches/weights", Rule: SignedIn, Handle: showWeights, Gives: List[weightsData]{}, Says: "How much each reason for a match counts, and what that was learnt from."},
		{Method: "GET", Path: "/introductions", Rule: SignedIn, Handle: showIntroductions, Gives: introductionsData{}, Says: "Who asks for me, and for whom I asked."},
		{Method: "GET", Path: "/people/{id}/introduction", Rule: SignedIn, Handle: newIntroduction, Says: "Form to ask for an introduction."},
		{Method: "POST", Path: "/people/{id}/introduction", Rule: SignedIn, Handle: askIntroduction, Again: newIntroduction, Sends: wordsBody{}, Gives: introductionData{}, Says: "Ask to meet somebody."},
		{Method: "POST", Path: "/introductions", Rule: SignedIn, Handle: askIntroduction, Sends: introductionBody{}, Gives: introductionData{}, Says: "Ask to meet somebody, for programs."},
		{Method: "POST", Path: "/introductions/{id}/accept", Rule: SignedIn, Handle: acceptIntroduction, Gives: introductionData{}, Says: "Say yes; a conversation opens."},
		{Method: "POST", Path: "/introductions/{id}/pass", Rule: SignedIn, Handle: passIntroduction, Says: "Let it pass; who asked cannot tell."},

		{Method: "POST", Path: "/brokerings/{id}/accept", Rule: SignedIn, Handle: acceptBrokered, Again: showIntroductions, Sends: helloBody{}, Gives: brokeredData{}, Says: "Say yes to meeting somebody whom a host proposed; once both have, a conversation opens."},
		{Method: "POST", Path: "/brokerings/{id}/pass", Rule: SignedIn, Handle: passBrokered, Says: "Let it pass; neither the host nor the other can tell."},

		// Talk.
		{Method: "GET", Path: "/conversations", Rule: SignedIn, Handle: showConversations, Gives: List[conversationData]{}, Says: "One's conversations, latest talk first."},
		{Method: "GET", Path: "/conversations/{id}", Rule: SignedIn, Handle: showConversation, Gives: conversationData{}, Says: "A conversation with its newest messages."},
		{Method: "GET", Path: "/conversations/{id}/messages", Rule: SignedIn, Handle: showMessages, Gives: List[messageData]{}, Says: "Messages before a number, or after one."},
		{Method: "POST", Path: "/conversations/{id}/messages", Rule: SignedIn, Handle: sayMessage, Again: showConversation, Sends: messageBody{}, Gives: messageData{}, Says: "Write a message, stored once per nonce."},
		{Method: "POST", Path: "/conversations/{id}/read", Rule: SignedIn, Handle: markRead, Sends: readBody{}, Says: "Note how far one has read."},
		{Method: "GET", Path: "/live", Rule: SignedIn, Handle: goLive, Says: "Websocket: conversations and nudges; the protocol is described in realtime/frames.go."},

		// The board.
		{Method: "GET", Path: "/board", Rule: SignedIn, Handle: showBoard, Gives: List[postingData]{}, Says: "Asks and offers of a hub or of all hubs."},
		{Method: "GET", Path: "/board/new", Rule: SignedIn, Handle: newPosting, Says: "Form for an ask or an offer."},
		{Method: "POST", Path: "/board", Rule: SignedIn, Handle: postOnBoard, Again: newPosting, Sends: community.PostingDraft{}, Gives: postingData{}, Says: "Put an ask or an offer on the board of one's hub."},
		{Method: "GET", Path: "/board/for-you", Rule: SignedIn, Handle: asksForYou, Gives: List[fitData[postingData]]{}, Says: "Asks that one could answer, with the reasons."},
		{Method: "GET", Path: "/board/{id}", Rule: SignedIn, Handle: showPosting, Gives: postingData{}, Says: "One ask or offer."},
		{Method: "GET", Path: "/board/{id}/edit", Rule: SignedIn, Handle: editPosting, Says: "Form to change it."},
		{Method: "POST", Path: "/board/{id}", As: "PATCH", Rule: SignedIn, Handle: changePosting, Again: editPosting, Sends: community.PostingDraft{}, Gives: postingData{}, Says: "Change one's own ask or offer."},
		{Method: "POST", Path: "/board/{id}/delete", As: "DELETE", Rule: SignedIn, Handle: closePosting, Says: "Take it from the board."},
		{Method: "POST", Path: "/board/{id}/answers", Rule: SignedIn, Handle: answerPosting, Again: showPosting, Sends: answerBody{}, Gives: messageData{}, Says: "Answer; a conversation opens."},

		// Events.
		{Method: "GET", Path: "/events", Rule: SignedIn, Handle: showEvents, Gives: List[eventData]{}, Says: "Events ahead, soonest first."},
		{Method: "GET", Path: "/events/new", Rule: Hosts, Handle: newEvent, Says: "Form for an event."},
		{Method: "POST", Path: "/events", Rule: Hosts, Handle: postEvent, Again: newEvent, Sends: community.EventDraft{}, Gives: eventData{}, Says: "Announce an event at one's hub."},
		{Method: "GET", Path: "/events/{id}", Rule: SignedIn, Handle: showEvent, Gives: eventData{}, Says: "An event with the places left."},
		{Method: "GET", Path: "/events/{id}/edit", Rule: Hosts, Handle: editEvent, Says: "Form to change an event."},
		{Method: "POST", Path: "/events/{id}", As: "PATCH", Rule: Hosts, Handle: changeEvent, Again: editEvent, Sends: community.EventDraft{}, Gives: eventData{}, Says: "Change an event; those who joined are told."},
		{Method: "POST", Path: "/events/{id}/delete", As: "DELETE", Rule: Hosts, Handle: cancelEvent, Gives: eventData{}, Says: "Call an event off; those who joined are told."},
		{Method: "GET", Path: "/events/{id}/attendance", Rule: SignedIn, Handle: showAttendance, Gives: attendanceData{}, Says: "Who goes, for those who go and for hosts."},
		{Method: "POST", Path: "/events/{id}/attendance", Rule: SignedIn, Handle: joinEvent, Again: showEvent, Gives: eventData{}, Says: "Take a place, or the next one on the waiting list."},
		{Method: "POST", Path: "/events/{id}/attendance/delete", As: "DELETE", Rule: SignedIn, Handle: leaveEvent, Again: showEvent, Gives: eventData{}, Says: "Give the place back."},

		// Programmes.
		{Method: "GET", Path: "/programmes", Rule: Anyone, Handle: showProgrammes, Gives: List[programmeData]{}, Says: "Programmes that can be applied to."},
		{Method: "GET", Path: "/programmes/new", Rule: Hosts, Handle: newProgramme, Says: "Form for a programme."},
		{Method: "POST", Path: "/programmes", Rule: Hosts, Handle: postProgramme, Again: newProgramme, Sends: community.ProgrammeDraft{}, Gives: programmeData{}, Says: "Open a programme at one's hub."},
		{Method: "GET", Path: "/programmes/for-you", Rule: SignedIn, Handle: programmesForYou, Gives: List[fitData[programmeData]]{}, Says: "Programmes that fit one, with the reasons."},
		{Method: "GET", Path: "/programmes/{id}", Rule: Anyone, Handle: showProgramme, Gives: programmeData{}, Says: "A programme: for whom, what it gives, until when."},
		{Method: "GET", Path: "/programmes/{id}/edit", Rule: Hosts, Handle: editProgramme, Says: "Form to change a programme."},
		{Method: "POST", Path: "/programmes/{id}", As: "PATCH", Rule: Hosts, Handle: changeProgramme, Again: editProgramme, Sends: community.ProgrammeDraft{}, Gives: programmeData{}, Says: "Change a programme."},
		{Method: "POST", Path: "/programmes/{id}/delete", As: "DELETE", Rule: Hosts, Handle: closeProgramme, Gives: programmeData{}, Says: "End the applying."},
		{Method: "POST", Path: "/programmes/{id}/open", Rule: Hosts, Handle: reopenProgramme, Gives: programmeData{}, Says: "Take applications again."},
		{Method: "GET", Path: "/programmes/{id}/apply", Rule: Anyone, Handle: newApplication, Says: "The form, without an account."},
		{Method: "POST", Path: "/programmes/{id}/applications", Rule: Anyone, Handle: apply, Again: newApplication, Sends: community.ApplicationDraft{}, Gives: sentData{}, Says: "Apply; the answer holds the code to come back with."},
		{Method: "GET", Path: "/programmes/{id}/applications", Rule: Hosts, Handle: showApplications, Gives: List[community.BlindApplication]{}, Says: "Applications without names, for hosts of the programme's hub."},
		{Method: "POST", Path: "/programmes/{id}/applications/{application}/decision", Rule: Hosts, Handle: decide, Again: showApplications, Sends: decisionBody{}, Gives: community.BlindApplication{}, Says: "Accept or decline, with a reason."},
		{Method: "GET", Path: "/applications", Rule: Anyone, Handle: newLookup, Gives: List[applicationData]{}, Says: "Form to come back with a code; for members, what they sent themselves."},
		{Method: "POST", Path: "/applications", Rule: Anyone, Handle: lookUp, Again: newLookup, Sends: lookupBody{}, Says: "Go to the application with a code."},
		{Method: "GET", Path: "/applications/{code}", Rule: Anyone, Handle: showApplication, Gives: applicationData{}, Says: "One's own application and its answer."},

		// Hubs.
		{Method: "GET", Path: "/hubs", Rule: Anyone, Handle: showHubs, Gives: List[hubData]{}, Says: "All hubs."},
		{Method: "GET", Path: "/hubs/new", Rule: Stewards, Handle: newHub, Says: "Form for a hub."},
		{Method: "POST", Path: "/hubs", Rule: Stewards, Handle: addHub, Again: newHub, Sends: community.HubDraft{}, Gives: hubData{}, Says: "Open a hub."},
		{Method: "GET", Path: "/hubs/{id}", Rule: Anyone, Handle: showHub, Gives: hubData{}, Says: "A hub: where it is, what it shares, who can come."},
		{Method: "GET", Path: "/hubs/{id}/edit", Rule: Hosts, Handle: editHub, Says: "Form to change a hub."},
		{Method: "POST", Path: "/hubs/{id}", As: "PATCH", Rule: Hosts, Handle: changeHub, Again: editHub, Sends: community.HubDraft{}, Gives: hubData{}, Says: "Change a hub."},
		{Method: "GET", Path: "/hubs/{id}/people", Rule: SignedIn, Handle: showHubPeople, Gives: List[community.Profile]{}, Says: "People who show that they belong to a hub."},
		{Method: "POST", Path: "/hubs/{id}/join-requests", Rule: SignedIn, Handle: askToJoin, Again: showHub, Sends: wordsBody{}, Gives: joinRequestData{}, Says: "Ask a hub to be welcomed."},
		{Method: "POST", Path: "/hubs/{id}/hosts", Rule: Stewards, Handle: appointHost, Again: showHub, Sends: hostBody{}, Says: "Appoint a host."},
		{Method: "POST", Path: "/hubs/{id}/hosts/{member}/delete", As: "DELETE", Rule: Stewards, Handle: dismissHost, Says: "End a host's appointment."},
		{Method: "GET", Path: "/hubs/{id}/agreement", Rule: SignedIn, Handle: showAgreement, Gives: agreementsData{}, Says: "What a hub agreed on for sharing out turns, and before."},
		{Method: "POST", Path: "/hubs/{id}/agreement", Rule: Hosts, Handle: agree, Again: showAgreement, Sends: community.AgreementDraft{}, Says: "Put a new version of a hub's agreement into force."},
		{Method: "GET", Path: "/agreement", Rule: SignedIn, Handle: showAgreement, Gives: agreementsData{}, Says: "What the network agreed on for sharing out turns, and before."},
		{Method: "POST", Path: "/agreement", Rule: Stewards, Handle: agree, Again: showAgreement, Sends: community.AgreementDraft{}, Says: "Put a new version of the network's agreement into force."},
		{Method: "GET", Path: "/desk", Rule: Hosts, Handle: showDesk, Gives: deskData{}, Says: "What waits for a host: requests to join, reports, proposed skills."},
		{Method: "GET", Path: "/introducing", Rule: Hosts, Handle: showIntroducing, Gives: introducingData{}, Says: "For hosts: whom nobody has met yet, pairs that join circles, and what one proposed."},
		{Method: "GET", Path: "/introducing/new", Rule: Hosts, Handle: newIntroducing, Says: "Form to introduce ?one= and ?other=."},
		{Method: "POST", Path: "/introducing", Rule: Hosts, Handle: introduce, Again: newIntroducing, Sends: introducingBody{}, Gives: proposedMeet{}, Says: "Ask two people, each alone, whether they would like to meet."},
		{Method: "POST", Path: "/join-requests/{id}/answer", Rule: Hosts, Handle: answerJoin, Again: showDesk, Sends: joinAnswerBody{}, Gives: joinRequestData{}, Says: "Welcome somebody to the hub, or say why not."},
		{Method: "GET", Path: "/reports/new", Rule: SignedIn, Handle: newReport, Says: "Form to report a person, a message or a post."},
		{Method: "POST", Path: "/reports", Rule: SignedIn, Handle: fileReport, Again: newReport, Sends: community.ReportDraft{}, Says: "Report something to the hosts it concerns."},
		{Method: "POST", Path: "/reports/{id}/outcome", Rule: Hosts, Handle: handleReport, Again: showDesk, Sends: outcomeBody{}, Says: "Say what was done about a report."},
		{Method: "GET", Path: "/unfinished", Rule: Stewards, Handle: showUnfinished, Gives: List[unfinishedData]{}, Says: "Work after changes that keeps failing, longest first."},
		{Method: "POST", Path: "/unfinished/{id}/again", Rule: Stewards, Handle: tryUnfinished, Says: "Try it again now; the outcome is not waited for."},

		// Enterprises and skills.
		{Method: "GET", Path: "/enterprises", Rule: SignedIn, Handle: findEnterprises, Gives: List[enterpriseData]{}, Says: "Find enterprises."},
		{Method: "GET", Path: "/enterprises/new", Rule: SignedIn, Handle: newEnterprise, Says: "Form for an enterprise."},
		{Method: "POST", Path: "/enterprises", Rule: SignedIn, Handle: foundEnterprise, Again: newEnterprise, Sends: community.EnterpriseDraft{}, Gives: enterpriseData{}, Says: "Add one's enterprise."},
		{Method: "GET", Path: "/enterprises/{id}", Rule: SignedIn, Handle: showEnterprise, Gives: enterpriseData{}, Says: "An enterprise and its people."},
		{Method: "GET", Path: "/enterprises/{id}/edit", Rule: SignedIn, Handle: editEnterprise, Says: "Form to change it."},
		{Method: "POST", Path: "/enterprises/{id}", As: "PATCH", Rule: SignedIn, Handle: changeEnterprise, Again: editEnterprise, Sends: community.EnterpriseDraft{}, Gives: enterpriseData{}, Says: "Change one's enterprise."},
		{Method: "GET", Path: "/enterprises/{id}/roles/new", Rule: SignedIn, Handle: newRole, Says: "Form for an open role."},
		{Method: "POST", Path: "/enterprises/{id}/roles", Rule: SignedIn, Handle: openRole, Again: newRole, Sends: community.RoleDraft{}, Gives: openRoleData{}, Says: "Open a role in one's enterprise."},
		{Method: "GET", Path: "/roles", Rule: SignedIn, Handle: rolesForYou, Gives: List[fitData[openRoleData]]{}, Says: "Open roles that fit one, with the reasons."},
		{Method: "GET", Path: "/roles/{id}", Rule: SignedIn, Handle: showRole, Gives: openRoleData{}, Says: "An open role; for its enterprise, with people who fit."},
		{Method: "GET", Path: "/roles/{id}/edit", Rule: SignedIn, Handle: editRole, Says: "Form to change it."},
		{Method: "POST", Path: "/roles/{id}", As: "PATCH", Rule: SignedIn, Handle: changeRole, Again: editRole, Sends: community.RoleDraft{}, Gives: openRoleData{}, Says: "Change a role of one's enterprise."},
		{Method: "POST", Path: "/roles/{id}/delete", As: "DELETE", Rule: SignedIn, Handle: closeRole, Says: "Close a role."},
		{Method: "POST", Path: "/enterprises/{id}/people", Rule: SignedIn, Handle: bringIn, Again: showEnterprise, Sends: roleBody{}, Gives: enterpriseData{}, Says: "Add somebody one is connected with."},
		{Method: "POST", Path: "/enterprises/{id}/people/delete", As: "DELETE", Rule: SignedIn, Handle: stepOut, Says: "End one's own part."},
		{Method: "GET", Path: "/skills", Rule: SignedIn, Handle: suggestSkills, Gives: List[skillData]{}, Says: "Skills whose name in any language fits ?q=."},
		{Method: "POST", Path: "/skills", Rule: SignedIn, Handle: proposeSkill, Again: suggestSkills, Sends: skillBody{}, Gives: skillData{}, Says: "Propose a skill that is missing."},
		{Method: "POST", Path: "/skills/{id}/accept", Rule: Stewards, Handle: acceptSkill, Again: showDesk, Sends: skillNamesBody{}, Gives: skillData{}, Says: "Put a proposed skill on the common list."},

		// One's own desk.
		{Method: "GET", Path: "/notices", Rule: SignedIn, Handle: showNotices, Gives: List[noticeData]{}, Says: "What waits for me."},
		{Method: "POST", Path: "/notices/read", Rule: SignedIn, Handle: readNotices, Says: "Mark all as read."},
		{Method: "GET", Path: "/settings", Rule: SignedIn, Handle: showSettings, Says: "Notices, password, personal tokens, blocks."},
		{Method: "POST", Path: "/settings/language", Rule: Anyone, Handle: chooseLanguage, Sends: languageBody{}, Says: "Choose the language of the pages."},
		{Method: "POST", Path: "/settings/theme", Rule: Anyone, Handle: chooseTheme, Sends: themeBody{}, Says: "Choose light or dark."},
		{Method: "POST", Path: "/settings/notices", Rule: SignedIn, Handle: chooseNotices, Again: showSettings, Sends: noticesBody{}, Says: "Switch kinds of notices off."},
		{Method: "POST", Path: "/settings/password", Rule: SignedIn, Handle: changePassword, Again: showSettings, Sends: passwordBody{}, Says: "Change the password."},
		{Method: "POST", Path: "/settings/tokens", Rule: SignedIn, Handle: createToken, Again: showSettings, Sends: tokenBody{}, Gives: tokenData{}, Says: "Make a personal token; it is shown once."},
		{Method: "POST", Path: "/settings/tokens/{id}/delete", As: "DELETE", Rule: SignedIn, Handle: deleteToken, Says: "Take a personal token away."},

		{Method: "GET", Path: "/export", Rule: SignedIn, Handle: showExport, Gives: exportData{}, Says: "Everything that is kept of oneself; ?as=file to save it."},
		{Method: "GET", Path: "/leave", Rule: SignedIn, Handle: newLeaving, Says: "What leaving means, and the form to leave."},
		{Method: "POST", Path: "/stewards", Rule: Stewards, Handle: appointSteward, Again: newLeaving, Sends: stewardBody{}, Says: "Appoint a steward."},
		{Method: "POST", Path: "/account/delete", As: "DELETE", Rule: SignedIn, Handle: leave, Again: newLeaving, Sends: leaveBody{}, Says: "Leave the network for good."},

		// For machines.
		{Method: "GET", Path: "/assets/{name}", Rule: Anyone, Handle: asset, Says: "Stylesheet and modules under the hash of their content."},
		{Method: "GET", Path: "/openapi.json", Rule: Anyone, Handle: openAPI, Says: "This table, as an OpenAPI document."},
		{Method: "GET", Path: "/health/live", Rule: Anyone, Handle: live, Says: "The process answers."},
		{Method: "GET", Path: "/health/ready", Rule: Anyone, Handle: ready, Says: "The store writes and reads."},
		{Method: "GET", Path: "/metrics", Rule: Stewards, Handle: metrics, Says: "Figures for Prometheus."},
	}
}
