package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// crowd are the clients: raw sockets on one epoll loop, the same for every server.
type crowd struct {
	epoll int
	mu    sync.Mutex
	left  map[int][]byte // the beginning of a frame, by descriptor
	late  []int64        // nanoseconds from publishing to reading, of every message
	epoch string         // centrifuge's
	all   []int          // every descriptor that was not closed

	greeted  atomic.Int64
	done     atomic.Bool
	received atomic.Int64
	lastAt   atomic.Int64 // Unix nanoseconds
}

func newCrowd() (*crowd, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	c := &crowd{epoll: epoll, left: map[int][]byte{}}
	go c.loop() // ends with release, or with the process
	return c, nil
}

// call is what a client asks for.
type call struct {
	port  int
	path  string
	hello string // sent as a frame after the handshake; may be empty
	slow  bool   // with a small receive buffer
}

// dial connects count clients, a few at a time.
func (c *crowd) dial(count int, ask func(i int) call) ([]int, error) {
	fds, errs := make([]int, count), make([]error, count)
	var callers sync.WaitGroup
	var next atomic.Int64
	for range 8 {
		callers.Go(func() {
			buf := make([]byte, 16<<10) // what comes with the answer to the handshake is read with it
			for i := next.Add(1) - 1; int(i) < count; i = next.Add(1) - 1 {
				fds[i], errs[i] = c.connect(ask(int(i)), buf)
			}
		})
	}
	callers.Wait()
	return fds, errors.Join(errs...)
}

func (c *crowd) connect(ask call, buf []byte) (fd int, err error) {
	if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return 0, err
	}
	if ask.slow {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 32<<10); err != nil {
			return 0, err
		}
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: ask.port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	request := "GET " + ask.path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n"
	if _, err := unix.Write(fd, []byte(request)); err != nil {
		return 0, err
	}
	n := 0
	for !bytes.Contains(buf[:n], []byte("\r\n\r\n")) {
		k, err := unix.Read(fd, buf[n:])
		if err != nil || k <= 0 {
			return 0, fmt.Errorf("handshake: %w after %q", err, buf[:n])
		}
		n += k
	}
	if !bytes.HasPrefix(buf, []byte("HTTP/1.1 101")) {
		return 0, fmt.Errorf("handshake: %q", buf[:n])
	}
	c.mu.Lock()
	c.all = append(c.all, fd)
	c.mu.Unlock()
	_, rest, _ := bytes.Cut(buf[:n], []byte("\r\n\r\n"))
	c.take(fd, rest, 0)
	if ask.hello != "" {
		if _, err := unix.Write(fd, masked(ask.hello)); err != nil {
			return 0, err
		}
	}
	return fd, errors.Join(unix.SetNonblock(fd, true), c.listen(fd))
}

func (c *crowd) listen(fd int) error {
	return unix.EpollCtl(c.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (c *crowd) ignore(fds []int) error {
	for _, fd := range fds {
		if err := unix.EpollCtl(c.epoll, unix.EPOLL_CTL_DEL, fd, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) close(fds []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gone := map[int]bool{}
	for _, fd := range fds {
		gone[fd] = true
		delete(c.left, fd)
		_ = unix.Close(fd) // nothing is to be saved
	}
	c.all = slices.DeleteFunc(c.all, func(fd int) bool { return gone[fd] })
}

// release ends the loop.
func (c *crowd) release() { c.done.Store(true) }

// masked is a text frame as a client sends it, with a mask of zeros.
func masked(text string) []byte {
	header := []byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}
	if len(text) > 125 {
		header = []byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text)), 0, 0, 0, 0}
	}
	return append(header, text...)
}

func (c *crowd) loop() {
	events, buf := make([]unix.EpollEvent, 512), make([]byte, 256<<10)
	const glance = 100 // milliseconds, after which it looks whether it is to end
	defer func() { _ = unix.Close(c.epoll) }()
	for !c.done.Load() {
		n, err := unix.EpollWait(c.epoll, events, glance)
		if err != nil {
			continue // interrupted
		}
		for _, e := range events[:n] {
			kept := c.begun(int(e.Fd), buf)
			k, err := unix.Read(int(e.Fd), buf[kept:])
			if err == nil && k > 0 {
				c.take(int(e.Fd), buf[:kept+k], kept)
			} else if !errors.Is(err, unix.EAGAIN) {
				_ = unix.EpollCtl(c.epoll, unix.EPOLL_CTL_DEL, int(e.Fd), nil) // it has ended
			}
		}
	}
}

// begun copies the beginning of a frame that came before, and returns its length.
func (c *crowd) begun(fd int, buf []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return copy(buf, c.left[fd])
}

// take counts what complete frames say; the first bytes of data were kept from before.
func (c *crowd) take(fd int, data []byte, kept int) {
	now := time.Now().UnixNano()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		frame, rest, ok := cut(data)
		if !ok {
			break
		}
		c.count(frame, now)
		data = rest
	}
	switch {
	case len(data) > 0:
		c.left[fd] = append(c.left[fd][:0], data...)
	case kept > 0:
		delete(c.left, fd)
	}
}

// cut parts the first frame from the rest.
func cut(data []byte) (frame, rest []byte, ok bool) {
	if len(data) < 2 {
		return nil, data, false
	}
	length, header := int(data[1]), 2
	switch {
	case length == 126 && len(data) >= 4:
		length, header = int(binary.BigEndian.Uint16(data[2:])), 4
	case length == 127 && len(data) >= 10:
		length, header = int(binary.BigEndian.Uint64(data[2:])), 10
	case length > 125:
		return nil, data, false
	}
	if len(data) < header+length {
		return nil, data, false
	}
	return data[header : header+length], data[header+length:], true
}

var mark = []byte("t#")

// count finds greetings and messages in a frame; centrifuge puts several into one.
func (c *crowd) count(frame []byte, now int64) {
	head := frame[:min(len(frame), 64)]
	if bytes.Contains(head, []byte(`"op":"ready"`)) || bytes.Contains(head, []byte(`"id":1`)) {
		c.greeted.Add(1)
		if _, after, found := bytes.Cut(frame, []byte(`"epoch":"`)); found && c.epoch == "" {
			epoch, _, _ := bytes.Cut(after, []byte(`"`))
			c.epoch = string(epoch)
		}
	}
	for {
		_, after, found := bytes.Cut(frame, mark)
		if !found {
			return
		}
		text, rest, _ := bytes.Cut(after, []byte("#"))
		if at, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			c.late = append(c.late, now-at)
			c.received.Add(1)
			c.lastAt.Store(now)
		}
		frame = rest
	}
}

// forget begins to count anew.
func (c *crowd) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = nil
	c.greeted.Store(0)
	c.received.Store(0)
}

// p99 is the 99th percentile of what was counted, in milliseconds.
func (c *crowd) p99() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.late) == 0 {
		return 0
	}
	slices.Sort(c.late)
	return float64(c.late[len(c.late)*99/100]) / 1e6
}

// patience bounds every wait of the comparison.
const patience = 60 * time.Second

func await(what string, counter *atomic.Int64, want int64) error {
	deadline := time.Now().Add(patience)
	for counter.Load() < want {
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %d of %d", what, counter.Load(), want)
		}
		time.Sleep(time.Millisecond) // looks again; what is measured has times of its own
	}
	return nil
}
