package realtime

import (
	"log/slog"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startNATS runs a server in this process until the test ends or stop is called; port 0 picks one.
func startNATS(t testing.TB, port int, password string) (address string, stop func()) {
	t.Helper()
	options := &server.Options{Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true}
	if port == 0 {
		options.Port = server.RANDOM_PORT
	}
	if password != "" {
		options.Username, options.Password = "longtable", password
	}
	s, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the NATS server of the test does not start")
	}
	stop = func() {
		s.Shutdown()
		s.WaitForShutdown()
	}
	t.Cleanup(stop)
	return s.Addr().String(), stop
}

func openNATS(t testing.TB, address string) *NATS {
	t.Helper()
	bus, err := OpenNATS("nats://"+address, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bus.Close)
	return bus
}

// until waits for something that another goroutine of a library brings about.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s never", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestTheBusConnectsOnceItsServerIsThere(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	bus := openNATS(t, address)
	heard := make(chan string, 64)
	stop, err := bus.Listen(func(data []byte) { heard <- string(data) })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if bus.Connected() {
		t.Fatal("connected to nobody")
	}
	bus.Publish([]byte("said to nobody"))
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	_, halt := startNATS(t, number, "")
	until(t, "connected", bus.Connected)
	bus.Publish([]byte("said at last"))
	if got := <-heard; got != "said at last" {
		t.Errorf("heard %q: what was said to nobody must not come late", got)
	}
	halt()
	until(t, "disconnected", func() bool { return !bus.Connected() })
	startNATS(t, number, "")
	until(t, "connected again", bus.Connected)
	bus.Publish([]byte("said again"))
	if got := <-heard; got != "said again" {
		t.Errorf("heard %q", got)
	}
}

func TestWrongAddressesOfNATSAreExplained(t *testing.T) {
	for _, address := range []string{"one:4222", "http://one:4222", "nats://", "nats://me:topsecret@one:4222,two"} {
		_, err := OpenNATS(address, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "nats://user:password@host:4222") || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestTheProbeTellsWhatIsWrong(t *testing.T) {
	address, stop := startNATS(t, 0, "topsecret")
	if version, err := ProbeNATS("nats://longtable:topsecret@"+address, patience); err != nil || !strings.HasPrefix(version, "2.") {
		t.Errorf("version %q, %v", version, err)
	}
	if _, err := ProbeNATS("nats://longtable:guessed@"+address, patience); err == nil || !strings.Contains(err.Error(), "refuses") || strings.Contains(err.Error(), "guessed") {
		t.Errorf("with a wrong password: %v", err)
	}
	stop()
	if _, err := ProbeNATS("nats://"+address, patience); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("without a server: %v", err)
	}
	bus := openNATS(t, "longtable:guessed@"+address) // no reason not to serve
	if bus.Connected() {
		t.Error("connected to a server that is not there")
	}
}
