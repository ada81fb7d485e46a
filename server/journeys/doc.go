// Package journeys goes through the real program as people and programs do: it starts the binary, reads the addresses
// that it prints, and drives browsers, HTTP clients and sockets against it. Its tests stand in for the sentence "it
// works"; they know nothing of how. There is no code here outside the tests.
package journeys
