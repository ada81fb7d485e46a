package realtime

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// firstWordWait is how long the kernel keeps a connection that says nothing before it is accepted all the same. Who says
	// something at once is accepted then, so that the first read finds it and nobody is woken twice.
	firstWordWait = time.Second
	// keepAliveEvery and keepAliveTries are Go's own for accepted connections.
	keepAliveEvery = 15 * time.Second
	keepAliveTries = 9
	// breath is how long nobody is accepted when this process or the system has no descriptor or memory for one more.
	breath = 50 * time.Millisecond
)

// Listen listens for TCP. On Linux a connection that it accepts stays outside the Go runtime until somebody has to wait for
// it: one whose first request becomes a websocket in poll mode never enters, which saves ten calls of the system. It goes on
// accepting after descriptors have run out.
func Listen(address string) (net.Listener, error) {
	plain, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	l, err := newPorch(plain.(*net.TCPListener))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen on %s: %w", address, err), plain.Close())
	}
	return l, nil
}

// porch is a listener. What its sockets are given is set on itself once, because the kernel hands it on.
type porch struct {
	address net.Addr
	file    *os.File
	raw     syscall.RawConn
	closed  chan struct{}
	closing sync.Once
	ended   error // of closing
}

// newPorch takes plain over, unless it fails.
func newPorch(plain *net.TCPListener) (*porch, error) {
	file, err := plain.File() // the runtime lets nobody accept from its own
	if err != nil {
		return nil, err
	}
	p := &porch{address: plain.Addr(), file: file, closed: make(chan struct{})}
	if p.raw, err = file.SyscallConn(); err == nil {
		err = p.bequeath()
	}
	if err == nil {
		err = plain.Close() // the duplicate lives on
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return p, nil
}

func (p *porch) bequeath() (err error) {
	failed := p.raw.Control(func(fd uintptr) {
		for _, option := range []struct{ level, name, value int }{
			{unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, int(firstWordWait.Seconds())},
			{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
			{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
			{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, int(keepAliveEvery.Seconds())},
			{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, int(keepAliveEvery.Seconds())},
			{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, keepAliveTries},
		} {
			err = errors.Join(err, unix.SetsockoptInt(int(fd), option.level, option.name, option.value))
		}
	})
	return errors.Join(failed, err)
}

func (p *porch) Addr() net.Addr { return p.address }

func (p *porch) Close() error {
	p.closing.Do(func() {
		close(p.closed)
		p.ended = p.file.Close()
	})
	return p.ended
}

func (p *porch) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// Accept returns net.ErrClosed after Close, and else no error that would pass.
func (p *porch) Accept() (net.Conn, error) {
	for {
		fd, from, err := p.accept()
		switch {
		case err == nil:
			return &visitor{fd: fd, from: addressOf(from), at: p.address}, nil
		case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE), errors.Is(err, unix.ENOBUFS), errors.Is(err, unix.ENOMEM):
			p.breathe()
		case p.isClosed():
			return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: p.address, Err: net.ErrClosed}
		default:
			return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: p.address, Err: os.NewSyscallError("accept4", err)}
		}
	}
}

// accept waits for a connection. Those that ended before they were accepted are passed over.
func (p *porch) accept() (fd int, from unix.Sockaddr, err error) {
	failed := p.raw.Read(func(own uintptr) bool {
		for {
			fd, from, err = unix.Accept4(int(own), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
			if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.ECONNABORTED) {
				return !errors.Is(err, unix.EAGAIN)
			}
		}
	})
	if failed != nil {
		return -1, nil, failed
	}
	return fd, from, err
}

// breathe lets others end.
func (p *porch) breathe() {
	timer := time.NewTimer(breath)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.closed:
	}
}

func addressOf(from unix.Sockaddr) *net.TCPAddr {
	switch a := from.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: a.Addr[:], Port: a.Port}
	case *unix.SockaddrInet6:
		address := &net.TCPAddr{IP: a.Addr[:], Port: a.Port}
		if a.ZoneId != 0 {
			address.Zone = strconv.FormatUint(uint64(a.ZoneId), 10)
		}
		return address
	}
	return &net.TCPAddr{} // TCP has no other
}

// visitor is an accepted connection. It reads and writes what can be at once by itself; the first time that somebody would have
// to wait it becomes an ordinary one of the net package, and stays that.
type visitor struct {
	from net.Addr
	at   net.Addr // the listener's

	mu       sync.Mutex // held for calls of the system that don't wait
	fd       int        // -1 when ordinary, taken out or closed
	ordinary net.Conn   // nil until somebody has to wait
	reads    time.Time  // deadlines; zero is none
	writes   time.Time
	taken    bool // it is somebody else's, and Close does nothing
}

// takeOut gives the descriptor away, if the connection never was an ordinary one.
func (v *visitor) takeOut() (fd int, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fd < 0 {
		return -1, false
	}
	fd, v.fd, v.taken = v.fd, -1, true
	return fd, true
}

// settle makes the connection an ordinary one, and gives it away.
func (v *visitor) settle() (net.Conn, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.wait(); err != nil {
		return nil, err
	}
	v.taken = true
	return v.ordinary, nil
}

// wait makes the connection an ordinary one. Called with mu held.
func (v *visitor) wait() error {
	if v.ordinary != nil {
		return nil
	}
	if v.fd < 0 {
		return net.ErrClosed
	}
	file := os.NewFile(uintptr(v.fd), "")
	v.fd = -1
	ordinary, err := net.FileConn(file)
	if err = errors.Join(err, file.Close()); err != nil { // the duplicate lives on
		return err
	}
	v.ordinary = ordinary
	return errors.Join(ordinary.SetReadDeadline(v.reads), ordinary.SetWriteDeadline(v.writes))
}

// now calls do, unless it is too late for that; when do would have to wait it returns the ordinary connection instead.
func (v *visitor) now(until *time.Time, do func(fd int) (int, error)) (n int, ordinary net.Conn, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.ordinary != nil:
		return 0, v.ordinary, nil
	case v.fd < 0:
		return 0, nil, net.ErrClosed
	case !until.IsZero() && !time.Now().Before(*until):
		return 0, nil, os.ErrDeadlineExceeded
	}
	n, err = do(v.fd)
	for errors.Is(err, unix.EINTR) {
		n, err = do(v.fd)
	}
	if errors.Is(err, unix.EAGAIN) {
		err = v.wait()
		return 0, v.ordinary, err
	}
	return max(n, 0), nil, err
}

func (v *visitor) Read(p []byte) (int, error) {
	n, ordinary, err := v.now(&v.reads, func(fd int) (int, error) { return syscall.Read(fd, p) })
	switch {
	case err != nil:
		return 0, v.failed("read", err)
	case ordinary != nil:
		return ordinary.Read(p)
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return n, nil
}

func (v *visitor) Write(p []byte) (written int, err error) {
	for written < len(p) {
		rest := p[written:]
		n, ordinary, err := v.now(&v.writes, func(fd int) (int, error) { return syscall.Write(fd, rest) })
		if err != nil {
			return written, v.failed("write", err)
		}
		if ordinary != nil {
			n, err := ordinary.Write(rest)
			return written + n, err
		}
		written += n
	}
	return written, nil
}

// failed is err as the net package tells it.
func (v *visitor) failed(op string, err error) error {
	if number, ok := err.(unix.Errno); ok {
		err = os.NewSyscallError(op, number)
	}
	return &net.OpError{Op: op, Net: "tcp", Source: v.at, Addr: v.from, Err: err}
}

func (v *visitor) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch fd := v.fd; {
	case v.taken:
		return nil
	case v.ordinary != nil:
		return v.ordinary.Close()
	case fd < 0:
		return v.failed("close", net.ErrClosed)
	default:
		v.fd = -1
		return unix.Close(fd)
	}
}

func (v *visitor) RemoteAddr() net.Addr { return v.from }

// LocalAddr is the listener's until the connection is an ordinary one.
func (v *visitor) LocalAddr() net.Addr {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ordinary != nil {
		return v.ordinary.LocalAddr()
	}
	return v.at
}

func (v *visitor) SetDeadline(t time.Time) error {
	return errors.Join(v.SetReadDeadline(t), v.SetWriteDeadline(t))
}

func (v *visitor) SetReadDeadline(t time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ordinary != nil {
		return v.ordinary.SetReadDeadline(t)
	}
	v.reads = t
	return nil
}

func (v *visitor) SetWriteDeadline(t time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ordinary != nil {
		return v.ordinary.SetWriteDeadline(t)
	}
	v.writes = t
	return nil
}

// settled is a connection that somebody can wait for, for good.
func settled(socket net.Conn) (net.Conn, error) {
	if v, ok := socket.(*visitor); ok {
		return v.settle()
	}
	return socket, nil
}
