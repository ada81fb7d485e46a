package realtime

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sys/unix"
)

const (
	// unsentBytes is how much of what a peer doesn't take the kernel keeps for it, before the rest waits here, shared with
	// others: a stalled socket costs 16 KiB of the kernel's memory in the place of megabytes.
	unsentBytes = 16 << 10
	// inboxMax is how many bytes wait to be handled for one connection; then it isn't read until there are fewer.
	inboxMax = 64 << 10
	// readBytes is what one read takes at most.
	readBytes = 64 << 10
	// logReaders is how many logs are read at a time for connections that are behind.
	logReaders = 16
	// pollEvents is how many sockets one wait reports.
	pollEvents = 256
)

var errClosed = fmt.Errorf("realtime: %w", net.ErrClosed)

// poller serves sockets without a goroutine each: the system tells which can be read or written, one goroutine a core
// reads them, borrowed ones handle what came, a few write and a few read logs.
type poller struct {
	hub   *Hub
	loops []*loop
	next  atomic.Uint32
	posts *queue[*polled]
	pages *queue[*polled]
}

func newPoller(h *Hub) (*poller, error) {
	p := &poller{hub: h}
	cores := runtime.GOMAXPROCS(0)
	for range cores {
		l, err := newLoop(h)
		if err != nil {
			for _, opened := range p.loops {
				opened.stop()
			}
			return nil, err
		}
		p.loops = append(p.loops, l)
	}
	p.posts = newQueue(cores, (*polled).post)
	p.pages = newQueue(logReaders, (*polled).page)
	return p, nil
}

// stop ends everything; connections that are still there are cut off.
func (p *poller) stop() {
	for _, l := range p.loops {
		l.stop()
	}
	p.pages.close()
	p.posts.close()
}

// polled is a link without a goroutine. Only its loop closes the descriptor, so that nobody can use a number that belongs
// to another socket by then; whoever else wants an end shuts the socket down.
type polled struct {
	c       *conn
	poller  *poller
	loop    *loop
	fd      int
	lagging *cursor    // of whoever posts
	life    sync.Mutex // held while it starts, so that it isn't finished before

	mu       sync.Mutex
	part     []byte   // the beginning of a message; of the loop alone
	inbox    []byte   // whole messages that were not handled yet
	rest     [][]byte // what the socket didn't take yet
	since    int64    // Unix nanoseconds when rest began to wait
	attended bool     // a goroutine handles the inbox
	full     bool     // the inbox has enough
	reading  bool     // it has started
	deaf     bool     // nothing that comes counts any more
	hangUp   bool     // the peer has said goodbye
	saidBye  bool     // we have
	closed   bool
	parked   bool // whoever posted gave up because of rest: the loop calls it again
}

// serve takes a connection over, unless it isn't a plain TCP socket of ours.
func (p *poller) serve(c *conn, socket net.Conn, o opening) bool {
	fd, err := takeOut(socket)
	if err != nil {
		return false
	}
	link := &polled{c: c, poller: p, fd: fd, loop: p.loops[int(p.next.Add(1))%len(p.loops)]}
	link.life.Lock()
	defer link.life.Unlock()
	if !c.start(link, o) {
		link.mu.Lock()
		defer link.mu.Unlock()
		link.closed = true
		_ = unix.Close(fd) // nobody was told of it
		return true
	}
	if err := link.loop.add(link); err != nil {
		c.log().Error("live connection ended", "doing", "poll the socket", "error", err)
		link.lose()
	}
	return true
}

// takeOut duplicates the descriptor of a socket out of the Go runtime and closes the socket's own.
func takeOut(socket net.Conn) (fd int, err error) {
	tcp, ok := socket.(*net.TCPConn)
	if !ok {
		return -1, errors.New("not a plain TCP socket")
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return -1, err
	}
	controlErr := raw.Control(func(own uintptr) { fd, err = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(controlErr, err); err != nil {
		return -1, err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentBytes); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	_ = tcp.Close() // the duplicate lives on
	return fd, nil
}

func (p *polled) wake(*conn) { p.poller.posts.put(p) }

// post writes what waits until nothing does, the socket is full or a log has to be read; what follows calls it again.
func (p *polled) post() {
	for !p.blocked() {
		lagging, more := p.c.post()
		if lagging != nil {
			p.lagging = lagging
			p.poller.pages.put(p)
			return
		}
		if !more {
			return
		}
	}
}

func (p *polled) page() {
	p.c.catchUp(p.lagging)
	p.poller.posts.put(p)
}

// blocked tells whether the socket takes nothing at the moment; the loop goes on when it does.
func (p *polled) blocked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parked = len(p.rest) > 0 && !p.closed
	return p.parked
}

func (p *polled) write(frames [][]byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	if len(p.rest) > 0 {
		p.rest = append(p.rest, frames...)
		return nil
	}
	left, err := p.put(frames)
	if err == nil && len(left) > 0 {
		p.rest = append([][]byte(nil), left...) // the slice is the caller's
		p.since = time.Now().UnixNano()
		p.loop.watch(p)
	}
	return err
}

// put writes as much as the socket takes and returns what is left. Called with mu held.
func (p *polled) put(frames [][]byte) (left [][]byte, err error) {
	buf := joints.Get().(*[joinBytes]byte)
	defer joints.Put(buf)
	taken := 0
	err = join(frames, buf[:], func(data []byte) error {
		n, err := writeSome(p.fd, data)
		taken += n
		if err == nil && n < len(data) {
			err = unix.EAGAIN
		}
		return err
	})
	if errors.Is(err, unix.EAGAIN) {
		err = nil
	}
	return after(frames, taken), err
}

func writeSome(fd int, data []byte) (int, error) {
	for {
		n, err := unix.Write(fd, data)
		if !errors.Is(err, unix.EINTR) {
			return max(n, 0), err
		}
	}
}

// after is frames without their first bytes.
func after(frames [][]byte, taken int) [][]byte {
	for len(frames) > 0 && taken >= len(frames[0]) {
		taken -= len(frames[0])
		frames = frames[1:]
	}
	if taken > 0 {
		frames = append([][]byte{frames[0][taken:]}, frames[1:]...)
	}
	return frames
}

// drain goes on with what the socket didn't take; called by the loop when it does again.
func (p *polled) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.rest) == 0 {
		return
	}
	left, err := p.put(p.rest)
	switch {
	case err != nil:
		p.cutLocked()
	case len(left) > 0:
		if len(left) < len(p.rest) || len(left[0]) < len(p.rest[0]) {
			p.since = time.Now().UnixNano()
		}
		p.rest = left
	default:
		p.rest, p.since = nil, 0
		p.loop.watch(p)
		if p.saidBye {
			p.hang()
			return
		}
		if p.parked { // else whoever posts is still at it
			p.parked = false
			p.poller.posts.put(p)
		}
	}
}

// stuck tells whether nothing has left for too long.
func (p *polled) stuck(now time.Time, patience time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rest) > 0 && now.UnixNano()-p.since > int64(patience)
}

func (p *polled) said() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf, p.saidBye = true, true
	p.hang()
}

func (p *polled) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutLocked()
}

// cutLocked lets the loop find the end. It may have ended already.
func (p *polled) cutLocked() {
	if !p.closed {
		_ = unix.Shutdown(p.fd, unix.SHUT_RDWR)
	}
}

// take keeps what the loop has read: whole messages in the inbox, and the beginning of one. An error ends the reading.
func (p *polled) take(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deaf {
		p.part = nil
		return
	}
	end, err := whole(data, p.c.hub.config.Limits.FrameBytes)
	p.inbox = append(p.inbox, data[:end]...)
	p.part = nil
	switch {
	case err != nil:
		p.deaf = true
		go p.refuse() // ends with one write; the lock is held
	case end < len(data):
		p.part = append([]byte(nil), data[end:]...)
	}
	if len(p.inbox) > inboxMax && !p.full {
		p.full = true
		p.loop.watch(p)
	}
	if len(p.inbox) > 0 && !p.attended {
		p.attended = true
		go p.attend() // ends when the inbox is empty, or with the connection
	}
}

// refuse ends a connection whose message is too long.
func (p *polled) refuse() {
	_ = p.write([][]byte{wire(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseMessageTooBig, ""))})
	p.c.end(byeGone)
}

// attend handles the inbox with a borrowed codec.
func (p *polled) attend() {
	k := codecs.Get().(*codec)
	for data := p.open(); data != nil; data = p.open() {
		if err := k.feed(p.c, data); err != nil { // gorilla's errors stay, so the codec isn't given back
			p.goodbye(err)
			return
		}
	}
	codecs.Put(k)
}

// open empties the inbox; nil ends the attention.
func (p *polled) open() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	data := p.inbox
	p.inbox = nil
	if data == nil {
		p.attended = false
	}
	if p.full {
		p.full = false
		p.loop.watch(p)
	}
	return data
}

// goodbye ends a connection whose peer has closed it, or has broken the protocol.
func (p *polled) goodbye(err error) {
	var closed *websocket.CloseError
	p.mu.Lock()
	p.deaf = true
	p.hangUp = errors.As(err, &closed)
	p.mu.Unlock()
	p.c.end(byeGone)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hang()
}

// hang cuts the socket once both sides have said goodbye. Called with mu held.
func (p *polled) hang() {
	if p.hangUp && p.saidBye && len(p.rest) == 0 {
		p.cutLocked()
	}
}

// lose ends a connection whose socket is at its end; the loop calls it once.
func (p *polled) lose() {
	p.mu.Lock()
	p.closed, p.deaf, p.rest, p.inbox, p.part = true, true, nil, nil, nil
	_ = unix.Close(p.fd) // nothing is to be saved
	p.mu.Unlock()
	go func() { // may wait for the store; the hub waits for it
		p.life.Lock()
		defer p.life.Unlock()
		p.c.end(byeGone)
		p.c.finish()
	}()
}

// loop waits for the sockets of one core.
type loop struct {
	hub   *Hub
	epoll int
	bell  int // an eventfd that ends it
	ended chan struct{}

	mu    sync.Mutex
	links map[int32]*polled
}

func newLoop(h *Hub) (*loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("poll mode: %w", err)
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("poll mode: %w", err), unix.Close(epoll))
	}
	l := &loop{hub: h, epoll: epoll, bell: bell, ended: make(chan struct{}), links: map[int32]*polled{}}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(bell)}); err != nil {
		return nil, errors.Join(fmt.Errorf("poll mode: %w", err), unix.Close(epoll), unix.Close(bell))
	}
	go l.run()
	return l, nil
}

// add begins to read a connection that has started.
func (l *loop) add(p *polled) error {
	l.mu.Lock()
	if l.links == nil {
		l.mu.Unlock()
		return errClosed
	}
	l.links[int32(p.fd)] = p
	l.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed { // by a stop in between
		return nil
	}
	p.reading = true
	err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, p.fd, p.interest())
	if err != nil {
		l.mu.Lock()
		delete(l.links, int32(p.fd))
		l.mu.Unlock()
	}
	return err
}

// interest is what the loop waits for. Called with the link's mu held.
func (p *polled) interest() *unix.EpollEvent {
	e := &unix.EpollEvent{Fd: int32(p.fd)}
	if !p.full {
		e.Events |= unix.EPOLLIN
	}
	if len(p.rest) > 0 {
		e.Events |= unix.EPOLLOUT
	}
	return e
}

// watch tells the system what the loop waits for now. Called with the link's mu held.
func (l *loop) watch(p *polled) {
	if !p.reading || p.closed {
		return
	}
	if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_MOD, p.fd, p.interest()); err != nil {
		p.cutLocked()
	}
}

func (l *loop) run() {
	defer close(l.ended)
	events := make([]unix.EpollEvent, pollEvents)
	buf := make([]byte, l.hub.config.Limits.FrameBytes+wireHeader+maskBytes+readBytes)
	for {
		n, err := unix.EpollWait(l.epoll, events, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			l.hub.config.Logger.Error("poll mode ended", "error", err)
			return
		}
		for _, e := range events[:max(n, 0)] {
			if int(e.Fd) == l.bell {
				return
			}
			l.serve(e, buf)
		}
	}
}

func (l *loop) serve(e unix.EpollEvent, buf []byte) {
	l.mu.Lock()
	p := l.links[e.Fd]
	l.mu.Unlock()
	if p == nil {
		return
	}
	if e.Events&unix.EPOLLOUT != 0 {
		p.drain()
	}
	if e.Events&^unix.EPOLLOUT == 0 {
		return
	}
	if err := p.read(buf); err != nil {
		l.forget(p)
		p.lose()
	}
}

// read takes what has come; io.EOF and errors of the socket are its end.
func (p *polled) read(buf []byte) error {
	k := copy(buf, p.part)
	n, err := unix.Read(p.fd, buf[k:])
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return err
	case n == 0:
		return io.EOF
	}
	p.take(buf[:k+n])
	return nil
}

func (l *loop) forget(p *polled) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.links, int32(p.fd))
}

// stop ends the loop; sockets that are left are cut off.
func (l *loop) stop() {
	if _, err := unix.Write(l.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		l.hub.config.Logger.Error("poll mode can't be ended", "error", err)
		return
	}
	<-l.ended
	l.mu.Lock()
	left := l.links
	l.links = nil
	l.mu.Unlock()
	for _, p := range left {
		p.lose()
	}
	_, _ = unix.Close(l.epoll), unix.Close(l.bell)
}
