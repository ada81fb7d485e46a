// Package realtime carries what changes to the pages that are open: conversation events in order and once, nudges that
// say "fetch this again", and who is typing.
//
// A connection is a cursor on durable logs. Every conversation is a log of events numbered 1, 2, 3, … without holes; a
// connection holds one position per conversation and is sent an event only when it is the next one. A live, a slow and a
// returning connection differ only in how far the position is from the head: whoever is behind is fed pages from the log
// until it has caught up. So a lost hint, a full queue, a dropped socket and a restart all heal in the same way, and
// nothing in this package needs to be remembered for a promise to hold.
//
// The package decides nothing about people. Who may see a conversation, what a message may say and when it is stored is
// answered by the functions in Config; an acknowledgement leaves only after Config.Send has returned.
//
// PROTOCOL.md describes the frames and the reasons a connection ends.
package realtime
