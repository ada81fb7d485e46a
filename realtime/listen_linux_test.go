package realtime

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/nettest"
	"golang.org/x/sys/unix"
)

// porchOf listens, and accepts who says nothing at once.
func porchOf(t testing.TB) *porch {
	t.Helper()
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := l.(*porch)
	if err := p.raw.Control(func(fd uintptr) {
		if err := unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 0); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// visit returns both ends of a connection.
func (p *porch) visit() (there net.Conn, here *visitor, err error) {
	if there, err = net.Dial("tcp", p.Addr().String()); err != nil {
		return nil, nil, err
	}
	conn, err := p.Accept()
	if err != nil {
		return nil, nil, errors.Join(err, there.Close())
	}
	return there, conn.(*visitor), nil
}

func mustVisit(t testing.TB, p *porch) (there net.Conn, here *visitor) {
	t.Helper()
	there, here, err := p.visit()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = there.Close(), here.Close() })
	return there, here
}

// What the net package asks of every connection: deadlines, calls from many sides at once, closing in the middle.
func TestAVisitorIsAConnection(t *testing.T) {
	p := porchOf(t)
	nettest.TestConn(t, func() (there, here net.Conn, stop func(), err error) {
		there, here, err = p.visit()
		return there, here, func() { _, _ = there.Close(), here.Close() }, err
	})
}

func TestVisitorMethodsTogether(t *testing.T) {
	p := porchOf(t)
	there, here := mustVisit(t, p)
	go func() { _, _ = io.Copy(there, there) }() // ends with there
	together(
		func(int) { _, _ = here.Write([]byte("hello")) },
		func(int) { _, _ = here.Read(make([]byte, 5)) },
		func(int) { _ = here.SetReadDeadline(time.Now()); _ = here.SetWriteDeadline(time.Time{}) },
		func(int) { _, _ = here.LocalAddr(), here.RemoteAddr() },
		func(i int) {
			if i == 100 {
				_, _ = here.settle()
			}
		},
	)
	if _, ok := here.takeOut(); ok {
		t.Error("what is an ordinary connection is given away")
	}
	together(
		func(int) { _ = p.Close() },
		func(int) {
			if conn, err := p.Accept(); err == nil {
				_ = conn.Close()
			} else if !errors.Is(err, net.ErrClosed) {
				t.Error(err)
			}
		},
	)
}

func TestAVisitorStaysOutsideUntilSomebodyWaits(t *testing.T) {
	p := porchOf(t)
	there, here := mustVisit(t, p)
	if _, err := io.WriteString(there, "hello"); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	until(t, "the words are here", func() bool { return unread(t, here) == 5 })
	if n, err := here.Read(buf); err != nil || string(buf[:n]) != "hello" {
		t.Fatalf("read %q, %v", buf[:n], err)
	}
	if _, err := io.WriteString(here, "and you"); err != nil {
		t.Fatal(err)
	}
	if here.ordinary != nil {
		t.Error("it was waited for")
	}
	fd, ok := here.takeOut()
	if !ok {
		t.Fatal("it isn't given away")
	}
	defer func() { _ = unix.Close(fd) }()
	if err := here.Close(); err != nil { // does nothing to what is somebody else's
		t.Error(err)
	}
	if _, err := unix.Write(fd, []byte("!")); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadFull(there, buf); err != nil || string(buf) != "and you!" {
		t.Errorf("%q came, %v", buf, err)
	}
	if _, err := here.Read(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("what was given away is read: %v", err)
	}
	if _, err := here.settle(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("what was given away settles: %v", err)
	}
}

// unread is how many bytes have come that were not read yet.
func unread(t *testing.T, v *visitor) int {
	n, err := unix.IoctlGetInt(v.fd, unix.TIOCINQ)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAVisitorHasWhatGoGivesToAConnection(t *testing.T) {
	p := porchOf(t)
	_, here := mustVisit(t, p)
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	there, err := net.Dial("tcp", plain.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = there.Close() }()
	usual, err := plain.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = usual.Close() }()
	raw, err := usual.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string][2]int{
		"no delay": {unix.IPPROTO_TCP, unix.TCP_NODELAY}, "keep alive": {unix.SOL_SOCKET, unix.SO_KEEPALIVE}, "idle": {unix.IPPROTO_TCP, unix.TCP_KEEPIDLE},
		"interval": {unix.IPPROTO_TCP, unix.TCP_KEEPINTVL}, "tries": {unix.IPPROTO_TCP, unix.TCP_KEEPCNT},
	} {
		ours, err := unix.GetsockoptInt(here.fd, option[0], option[1])
		if err != nil {
			t.Fatal(err)
		}
		var theirs int
		failed := raw.Control(func(fd uintptr) { theirs, err = unix.GetsockoptInt(int(fd), option[0], option[1]) })
		if err := errors.Join(failed, err); err != nil {
			t.Fatal(err)
		}
		if ours != theirs {
			t.Errorf("%s is %d, not %d", name, ours, theirs)
		}
	}
	if here.RemoteAddr().(*net.TCPAddr).IP.String() != "127.0.0.1" || here.LocalAddr().String() != p.Addr().String() {
		t.Errorf("it goes from %v to %v", here.RemoteAddr(), here.LocalAddr())
	}
}

// A handshake that comes in two pieces makes an ordinary connection of the visitor before it is a websocket.
func TestAHandshakeInPiecesIsAnswered(t *testing.T) {
	_, address := open(t, newTown().config())
	const ordinary = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	for _, pieces := range [][]string{{handshake}, {handshake[:10], handshake[10:]}, {ordinary, handshake}} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		in, status := bufio.NewReader(conn), 0
		for _, piece := range pieces {
			if _, err := io.WriteString(conn, piece); err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(piece, "\r\n\r\n") {
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				status = resp.StatusCode
				_, _ = io.Copy(io.Discard, resp.Body)
			}
		}
		if status != http.StatusSwitchingProtocols {
			t.Errorf("%d pieces are answered with %d", len(pieces), status)
		}
		_ = conn.Close()
	}
}

const fewDescriptors = "LONGTABLE_TEST_FEW_DESCRIPTORS"

// When descriptors run out nobody is let in; once some are free again, everybody is. It needs a process of its own, this test
// again.
func TestAcceptingGoesOnAfterDescriptorsRanOut(t *testing.T) {
	if os.Getenv(fewDescriptors) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), fewDescriptors+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	p := porchOf(t)
	accepted := make(chan net.Conn)
	go func() { // ends with p
		defer close(accepted)
		for conn, err := p.Accept(); err == nil; conn, err = p.Accept() {
			accepted <- conn
		}
	}()
	first, err := net.Dial("tcp", p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = (<-accepted).Close()
	_ = first.Close()
	there, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	var taken []int
	limit := &unix.Rlimit{Cur: 64, Max: 64}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, limit); err != nil {
		t.Fatal(err)
	}
	for fd, err := unix.Dup(there); err == nil; fd, err = unix.Dup(there) {
		taken = append(taken, fd)
	}
	if err := unix.Connect(there, &unix.SockaddrInet4{Port: p.Addr().(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	select {
	case conn, open := <-accepted:
		t.Fatalf("accepted %v (%v) without a descriptor", conn, open)
	case <-time.After(2 * breath): // it has tried
	}
	for _, fd := range taken {
		_ = unix.Close(fd)
	}
	select {
	case conn, open := <-accepted:
		if !open {
			t.Fatal("accepting has ended")
		}
		_ = conn.Close()
	case <-time.After(patience):
		t.Fatal("nobody is let in any more")
	}
}
