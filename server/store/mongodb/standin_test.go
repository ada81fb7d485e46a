package mongodb_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"longtable/server/store"
)

// standIn is the address on which this test binary, instead of testing, serves as a stand-in for MongoDB until its
// standard input ends. It lets the suites that need an address run where no MongoDB is: they then prove that the switch
// works and what we send, and nothing about MongoDB.
//
//	go test -c -o standin ./server/store/mongodb
//	LONGTABLE_TEST_STAND_IN=127.0.0.1:27117 ./standin
//	LONGTABLE_TEST_MONGODB_URI=mongodb://127.0.0.1:27117/ go test ./server/store/mongodb ./server/journeys
const standIn = "LONGTABLE_TEST_STAND_IN"

func TestMain(m *testing.M) {
	address := os.Getenv(standIn)
	if address == "" {
		os.Exit(m.Run())
	}
	if err := serveStandIn(address, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "stand-in:", err)
		os.Exit(1)
	}
}

func serveStandIn(address string, until io.Reader, out io.Writer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	f := serveFake(listener, func(err error) { fmt.Fprintln(os.Stderr, "stand-in:", err) })
	fmt.Fprintf(out, "This is no MongoDB: a stand-in of the tests, which keeps all in memory and forgets it. It listens on %s\n", f.address)
	_, err = io.Copy(io.Discard, until)
	return errors.Join(err, f.stop(listener))
}

func TestTheStandInServesAsAProcessOfItsOwn(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), standIn+"=127.0.0.1:0")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, "no MongoDB") {
		t.Errorf("it said %q, %v", line, err)
	}
	uri := "mongodb://" + strings.TrimSpace(line[strings.LastIndex(line, " ")+1:]) + "/"
	t.Run("an engine", func(t *testing.T) {
		e := openFresh(t, uri)
		d := store.Doc{ID: "amina", Rev: 1, Body: []byte(`{"_id":"amina","rev":1}`)}
		if err := e.Insert(t.Context(), "keepers", []store.Doc{d}); err != nil {
			t.Error(err)
		}
	})
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
