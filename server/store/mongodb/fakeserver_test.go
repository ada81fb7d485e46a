package mongodb_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// fakeServer speaks MongoDB's wire protocol, as the primary of a replica set of one, and keeps documents in memory. The
// real driver talks to it, so it proves what the engine sends and how it reads answers, and it is strict where MongoDB
// is: a hint that doesn't serve the query, or a write without majority and journal, is an error. What it can't prove is
// MongoDB's own durability and planner: for that the same contract runs on a real server, see contract_test.go.
type fakeServer struct {
	address  string
	accepted sync.WaitGroup

	mu          sync.Mutex
	collections map[string]*fakeCollection   // by database and name
	done        map[string]bson.D            // answers to retryable writes, by session and number
	dropAnswer  string                       // a command whose next answer is lost
	moments     []map[string]*fakeCollection // what snapshot sessions have frozen, by time
	forgetful   bool                         // keeps no moment after its first read
	racy        bool                         // replaces without looking at the revision
	blind       bool                         // accepts duplicates
	closed      bool
	conns       map[net.Conn]bool
}

func startFake(t testing.TB) *fakeServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := serveFake(listener, func(err error) { t.Errorf("fake server: %v", err) })
	t.Cleanup(func() {
		if err := f.stop(listener); err != nil {
			t.Error(err)
		}
	})
	return f
}

// serveFake answers on the listener until stop; complain hears of messages that no driver sends.
func serveFake(listener net.Listener, complain func(error)) *fakeServer {
	f := &fakeServer{
		address: listener.Addr().String(), collections: map[string]*fakeCollection{}, done: map[string]bson.D{}, conns: map[net.Conn]bool{},
	}
	f.accepted.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			if f.admit(c) {
				f.accepted.Go(func() { f.serve(complain, c) })
			}
		}
	})
	return f
}

func (f *fakeServer) stop(listener net.Listener) error {
	err := listener.Close()
	f.hangUp()
	f.accepted.Wait()
	return err
}

func (f *fakeServer) uri() string { return "mongodb://" + f.address + "/contract" }

func (f *fakeServer) admit(c net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		_ = c.Close() // nobody is served any more
		return false
	}
	f.conns[c] = true
	return true
}

func (f *fakeServer) hangUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for c := range f.conns {
		_ = c.Close() // its reader ends with an error, and that is the purpose
	}
}

const (
	opReply = 1
	opQuery = 2004 // of the first greeting only
	opMsg   = 2013
)

func (f *fakeServer) serve(complain func(error), c net.Conn) {
	defer c.Close()
	for {
		id, op, command, err := receive(c)
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrUnexpectedEOF) && !isReset(err) {
				complain(err)
			}
			return
		}
		answer, lost := f.answer(command)
		if lost {
			return
		}
		if err := send(c, id, op, answer); err != nil {
			return // the driver has gone
		}
	}
}

func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op)
}

// receive reads one command. Its documents may come in a section of their own, which becomes a member like any other.
func receive(r io.Reader) (id, op uint32, command bson.D, err error) {
	var header [16]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, 0, nil, err
	}
	le := binary.LittleEndian
	size := le.Uint32(header[:])
	if size < 20 || size > 48<<20 {
		return 0, 0, nil, fmt.Errorf("a message of %d bytes", size)
	}
	body := make([]byte, size-16)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, 0, nil, err
	}
	id, op = le.Uint32(header[4:]), le.Uint32(header[12:])
	switch op {
	case opQuery: // flags, a name that ends with zero, two numbers, the document
		name := bytes.IndexByte(body[4:], 0)
		err = bson.Unmarshal(body[4+name+9:], &command)
	case opMsg:
		command, err = sections(body[4:])
	default:
		err = fmt.Errorf("operation %d", op)
	}
	return id, op, command, err
}

func sections(body []byte) (command bson.D, err error) {
	var lists bson.D
	for len(body) > 0 {
		kind, size := body[0], binary.LittleEndian.Uint32(body[1:])
		section := body[1 : 1+size]
		body = body[1+size:]
		if kind == 0 {
			if err := bson.Unmarshal(section, &command); err != nil {
				return nil, err
			}
			continue
		}
		name := bytes.IndexByte(section[4:], 0)
		list := bson.A{}
		for rest := section[4+name+1:]; len(rest) > 0; {
			n := binary.LittleEndian.Uint32(rest)
			var d bson.D
			if err := bson.Unmarshal(rest[:n], &d); err != nil {
				return nil, err
			}
			list, rest = append(list, d), rest[n:]
		}
		lists = append(lists, bson.E{Key: string(section[4 : 4+name]), Value: list})
	}
	return append(command, lists...), nil
}

func send(w io.Writer, to, op uint32, answer bson.D) error {
	body, err := bson.Marshal(answer)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	out := make([]byte, 21) // header, flags, kind of the section
	le.PutUint32(out[12:], opMsg)
	if op == opQuery {
		out = make([]byte, 36) // header, flags, cursor, place, one document
		le.PutUint32(out[12:], opReply)
		le.PutUint32(out[32:], 1)
	}
	out = append(out, body...)
	le.PutUint32(out, uint32(len(out)))
	le.PutUint32(out[8:], to)
	_, err = w.Write(out)
	return err
}
