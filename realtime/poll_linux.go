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
	// openers is how many connections that arrive ask the store at a time; a crowd waits its turn. They are also quicker than
	// as many goroutines: their stacks have grown.
	openers = 16
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
	opens *queue[arrival]
	posts *queue[*polled]
	pages *queue[*polled]
	tasks sync.WaitGroup // goroutines that handle what the loops have read; begun by them alone
}

func newPoller(h *Hub) (*poller, error) {
	p := &poller{hub: h}
	cores := runtime.GOMAXPROCS(0)
	for range cores {
		l, err := newLoop(p)
		if err != nil {
			for _, opened := range p.loops {
				opened.stop()
			}
			return nil, err
		}
		p.loops = append(p.loops, l)
	}
	p.opens = newQueue(openers, arrival.open)
	p.posts = newQueue(cores, (*polled).post)
	p.pages = newQueue(logReaders, (*polled).page)
	return p, nil
}

// stop ends everything; connections that are still there are cut off.
func (p *poller) stop() {
	p.opens.close()
	for _, l := range p.loops {
		l.stop()
	}
	p.tasks.Wait()
	p.pages.close()
	p.posts.close()
}

// polled is a link without a goroutine. Only its loop closes the descriptor, so that nobody can use a number that belongs
// to another socket by then; whoever else wants an end shuts the socket down.
type polled struct {
	c       *conn
	loop    *loop
	lagging *cursor // of whoever posts
	fd      int32
	slot    int32 // where its loop finds it

	mu       sync.Mutex
	busy     *busy // nil while it is silent both ways
	attended bool  // a goroutine handles the inbox
	full     bool  // the inbox has enough
	reading  bool  // it has started
	deaf     bool  // nothing that comes counts any more
	hangUp   bool  // the peer has said goodbye
	saidBye  bool  // we have
	closed   bool
	parked   bool // whoever posted gave up because of rest: the loop calls it again
}

// busy is what a socket needs while something is under way.
type busy struct {
	part  []byte   // the beginning of a message
	inbox []byte   // whole messages that were not handled yet
	rest  [][]byte // what the socket didn't take yet
	since int64    // Unix nanoseconds when rest began to wait
}

// work returns what is under way, to change it. Called with mu held.
func (p *polled) work() *busy {
	if p.busy == nil {
		p.busy = &busy{}
	}
	return p.busy
}

// calm keeps no room for what is not under way. Called with mu held.
func (p *polled) calm() {
	if b := p.busy; b != nil && b.part == nil && b.inbox == nil && b.rest == nil {
		p.busy = nil
	}
}

// rest is what the socket didn't take yet. Called with mu held.
func (p *polled) rest() [][]byte {
	if p.busy == nil {
		return nil
	}
	return p.busy.rest
}

// serve takes a connection over, unless it isn't a plain TCP socket of ours.
func (p *poller) serve(c *conn, socket net.Conn, hello []byte, o opening) bool {
	fd, err := takeOut(socket)
	if err != nil {
		return false
	}
	link := &polled{c: c, fd: int32(fd), loop: p.loops[int(p.next.Add(1))%len(p.loops)]}
	if !p.opens.put(arrival{link, hello, o}) {
		_ = unix.Close(fd) // the hub has ended
	}
	return true
}

// arrival is a connection that has not started yet.
type arrival struct {
	link  *polled
	hello []byte
	asked opening
}

func (a arrival) open() {
	p := a.link
	if !p.c.start(p, a.hello, a.asked) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closed = true
		_ = unix.Close(int(p.fd)) // nobody was told of it
		return
	}
	p.post()
	if err := p.loop.add(p); err != nil {
		p.c.log().Error("live connection ended", "doing", "poll the socket", "error", err)
		p.lose()
	}
}

// takeOut takes the descriptor of a socket from whoever has it: a visitor gives it away, and from the Go runtime it is duplicated,
// because that closes its own. After an error from a socket that is not a plain TCP one, the socket is as it was.
func takeOut(socket net.Conn) (fd int, err error) {
	if v, ok := socket.(*visitor); ok {
		if fd, ok = v.takeOut(); ok {
			return keepLittle(fd)
		}
		if socket, err = v.settle(); err != nil {
			return -1, err
		}
	}
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
	_ = tcp.Close() // the duplicate lives on
	return keepLittle(fd)
}

// keepLittle has the kernel keep no more than unsentBytes, or closes fd.
func keepLittle(fd int) (int, error) {
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentBytes); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

func (p *polled) wake(*conn) { p.loop.poller.posts.put(p) }

// post writes what waits until nothing does, the socket is full or a log has to be read; what follows calls it again.
func (p *polled) post() {
	for !p.blocked() {
		lagging, more := p.c.post()
		if lagging != nil {
			p.lagging = lagging
			p.loop.poller.pages.put(p)
			return
		}
		if !more {
			return
		}
	}
}

func (p *polled) page() {
	p.c.catchUp(p.lagging)
	p.loop.poller.posts.put(p)
}

// blocked tells whether the socket takes nothing at the moment; the loop goes on when it does.
func (p *polled) blocked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parked = len(p.rest()) > 0 && !p.closed
	return p.parked
}

func (p *polled) write(frames [][]byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	if waiting := p.rest(); len(waiting) > 0 {
		p.busy.rest = append(waiting, frames...)
		return nil
	}
	left, err := p.put(frames)
	if err == nil && len(left) > 0 {
		b := p.work()
		b.rest = append([][]byte(nil), left...) // the slice is the caller's
		b.since = time.Now().UnixNano()
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
		n, err := writeSome(int(p.fd), data)
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
	waiting := p.rest()
	if p.closed || len(waiting) == 0 {
		return
	}
	left, err := p.put(waiting)
	switch {
	case err != nil:
		p.cutLocked()
	case len(left) > 0:
		if len(left) < len(waiting) || len(left[0]) < len(waiting[0]) {
			p.busy.since = time.Now().UnixNano()
		}
		p.busy.rest = left
	default:
		p.drained()
	}
}

// drained is called with mu held.
func (p *polled) drained() {
	p.busy.rest = nil
	p.calm()
	p.loop.watch(p)
	if p.saidBye {
		p.hang()
		return
	}
	if p.parked { // else whoever posts is still at it
		p.parked = false
		p.loop.poller.posts.put(p)
	}
}

// stuck tells whether nothing has left for too long.
func (p *polled) stuck(now time.Time, patience time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rest()) > 0 && now.UnixNano()-p.busy.since > int64(patience)
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
		_ = unix.Shutdown(int(p.fd), unix.SHUT_RDWR)
	}
}

// take keeps what the loop has read: whole messages in the inbox, and the beginning of one. An error ends the reading.
func (p *polled) take(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.work()
	defer p.calm()
	b.part = nil
	if p.deaf {
		return
	}
	end, err := whole(data, p.c.hub.config.Limits.FrameBytes)
	b.inbox = append(b.inbox, data[:end]...)
	switch {
	case err != nil:
		p.deaf = true
		p.loop.poller.tasks.Go(p.refuse) // ends with one write; the lock is held
	case end < len(data):
		b.part = append([]byte(nil), data[end:]...)
	}
	if len(b.inbox) > inboxMax && !p.full {
		p.full = true
		p.loop.watch(p)
	}
	if len(b.inbox) > 0 && !p.attended {
		p.attended = true
		p.loop.poller.tasks.Go(p.attend) // ends when the inbox is empty, or with the connection
	}
}

// refuse ends a connection whose message is too long.
func (p *polled) refuse() {
	_ = p.write([][]byte{tooBig})
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
	var data []byte
	if b := p.busy; b != nil {
		data, b.inbox = b.inbox, nil
		p.calm()
	}
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
	if p.hangUp && p.saidBye && len(p.rest()) == 0 {
		p.cutLocked()
	}
}

// lose ends a connection whose socket is at its end; the loop calls it once.
func (p *polled) lose() {
	p.mu.Lock()
	p.closed, p.deaf, p.busy = true, true, nil
	_ = unix.Close(int(p.fd)) // nothing is to be saved
	p.mu.Unlock()
	go func() { // may wait for the store; the hub waits for it
		p.c.end(byeGone)
		p.c.finish()
	}()
}

// loop waits for the sockets of one core.
type loop struct {
	poller *poller
	epoll  int
	bell   int // an eventfd that ends it
	ended  chan struct{}

	mu     sync.Mutex
	links  []*polled // by slot, which the system tells with an event
	free   []int32   // slots without one
	closed bool
}

// bellSlot stands for the bell.
const bellSlot = -1

func newLoop(p *poller) (*loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("poll mode: %w", err)
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("poll mode: %w", err), unix.Close(epoll))
	}
	l := &loop{poller: p, epoll: epoll, bell: bell, ended: make(chan struct{})}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: bellSlot}); err != nil {
		return nil, errors.Join(fmt.Errorf("poll mode: %w", err), unix.Close(epoll), unix.Close(bell))
	}
	go l.run()
	return l, nil
}

// add begins to read a connection that has started.
func (l *loop) add(p *polled) error {
	if !l.find(p) {
		return errClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed { // by a stop in between
		return nil
	}
	p.reading = true
	err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, int(p.fd), p.interest())
	if err != nil {
		l.forget(p)
	}
	return err
}

// find gives p a slot, unless the loop has ended.
func (l *loop) find(p *polled) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch last := len(l.free) - 1; {
	case l.closed:
		return false
	case last >= 0:
		p.slot, l.free = l.free[last], l.free[:last]
		l.links[p.slot] = p
	default:
		p.slot = int32(len(l.links))
		l.links = append(l.links, p)
	}
	return true
}

// interest is what the loop waits for. Called with the link's mu held.
func (p *polled) interest() *unix.EpollEvent {
	e := &unix.EpollEvent{Fd: p.slot}
	if !p.full {
		e.Events |= unix.EPOLLIN
	}
	if len(p.rest()) > 0 {
		e.Events |= unix.EPOLLOUT
	}
	return e
}

// watch tells the system what the loop waits for now. Called with the link's mu held.
func (l *loop) watch(p *polled) {
	if !p.reading || p.closed {
		return
	}
	if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_MOD, int(p.fd), p.interest()); err != nil {
		p.cutLocked()
	}
}

func (l *loop) run() {
	defer close(l.ended)
	events := make([]unix.EpollEvent, pollEvents)
	config := &l.poller.hub.config
	buf := make([]byte, config.Limits.FrameBytes+wireHeader+maskBytes+readBytes)
	for {
		n, err := unix.EpollWait(l.epoll, events, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			config.Logger.Error("poll mode ended", "error", err)
			return
		}
		for _, e := range events[:max(n, 0)] {
			if e.Fd == bellSlot {
				return
			}
			l.serve(e, buf)
		}
	}
}

func (l *loop) serve(e unix.EpollEvent, buf []byte) {
	l.mu.Lock()
	p := l.links[e.Fd] // another one by now, perhaps: then the event finds nothing to do
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
	k := copy(buf, p.begun())
	n, err := unix.Read(int(p.fd), buf[k:])
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

// begun is the beginning of a message that came before.
func (p *polled) begun() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy == nil {
		return nil
	}
	return p.busy.part
}

func (l *loop) forget(p *polled) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.links[p.slot] = nil
	l.free = append(l.free, p.slot)
}

// stop ends the loop; sockets that are left are cut off.
func (l *loop) stop() {
	if _, err := unix.Write(l.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		l.poller.hub.config.Logger.Error("poll mode can't be ended", "error", err)
		return
	}
	<-l.ended
	l.mu.Lock()
	left := l.links
	l.links, l.closed = nil, true
	l.mu.Unlock()
	for _, p := range left {
		if p != nil {
			p.lose()
		}
	}
	_, _ = unix.Close(l.epoll), unix.Close(l.bell)
}
