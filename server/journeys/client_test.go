package journeys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/html"
)

// client is a person with a browser without scripts, or a program: it keeps cookies and says where it comes from.
type client struct {
	t    testing.TB
	http *http.Client
	base *url.URL
}

// visitor is somebody nobody knows.
func (s *server) visitor() *client { return s.visitorFrom("") }

// visitorFrom comes from an address of its own, such as 127.0.3.7, so that it shares no throttle with others.
func (s *server) visitorFrom(address string) *client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &client{t: s.t, base: s.url, http: &http.Client{Jar: jar}}
	return c.movedTo(address)
}

// movedTo is the same person at another address.
func (c *client) movedTo(address string) *client {
	dialer := &net.Dialer{}
	if address != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(address)}
	}
	transport := &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, DisableCompression: true}
	c.t.Cleanup(transport.CloseIdleConnections)
	return &client{t: c.t, base: c.base, http: &http.Client{Jar: c.http.Jar, Transport: sameOrigin{transport, c.base}, Timeout: patience}}
}

// as comes in by the link of a demo's persona: member, host, steward or newcomer.
func (s *server) as(role string) *client {
	s.t.Helper()
	c := s.visitor()
	c.signIn(s.door(role))
	return c
}

func (s *server) door(role string) string {
	s.t.Helper()
	link := s.doors[role]
	if link == "" {
		s.t.Fatalf("the demo printed no link for a %s: %v", role, s.doors)
	}
	return link
}

// sameOrigin sends what a browser sends from one of our pages.
type sameOrigin struct {
	next http.RoundTripper
	base *url.URL
}

func (o sameOrigin) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		r = r.Clone(r.Context())
		r.Header.Set("Origin", o.base.Scheme+"://"+o.base.Host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return o.next.RoundTrip(r)
}

// signIn opens the page behind a link and presses its button.
func (c *client) signIn(link string) *page {
	c.t.Helper()
	came := c.get(link).form("/sign-in-link/").send()
	if came.status != http.StatusOK || strings.Contains(came.address.Path, "/sign-in-link") {
		c.t.Fatalf("the link did not lead in: %s", came)
	}
	return came
}

// get opens a page by its path, or by a whole address of this program.
func (c *client) get(path string) *page {
	c.t.Helper()
	return c.open(c.request(http.MethodGet, path, nil))
}

func (c *client) request(method, path string, body io.Reader) *http.Request {
	c.t.Helper()
	to, err := c.base.Parse(path)
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, to.String(), body)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// open asks as a person's browser and reads the page that comes, after redirects.
func (c *client) open(r *http.Request) *page {
	c.t.Helper()
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	answer, body := c.do(r)
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return &page{client: c, address: answer.Request.URL, status: answer.StatusCode, header: answer.Header, body: body, doc: doc}
}

func (c *client) do(r *http.Request) (*http.Response, []byte) {
	c.t.Helper()
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer, body
}

// call speaks JSON as a program does; into may be nil. It returns the status.
func (c *client) call(method, path string, sent, into any) int {
	c.t.Helper()
	var body io.Reader
	if sent != nil {
		data, err := json.Marshal(sent)
		if err != nil {
			c.t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	r := c.request(method, path, body)
	r.Header.Set("Accept", "application/json")
	if sent != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, data := c.do(r)
	if into != nil && answer.StatusCode < 300 {
		if err := json.Unmarshal(data, into); err != nil {
			c.t.Fatalf("%s %s answered %s: %v in %.300s", method, path, answer.Status, err, data)
		}
	}
	return answer.StatusCode
}

// mustCall is call where nothing may be refused.
func (c *client) mustCall(method, path string, sent, into any) {
	c.t.Helper()
	if status := c.call(method, path, sent, into); status >= 300 {
		c.t.Fatalf("%s %s answered %d", method, path, status)
	}
}

// list is the JSON form of every list.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// everything reads a list to its end.
func everything[T any](c *client, path string) []T {
	c.t.Helper()
	var all []T
	glue := "?"
	if strings.Contains(path, "?") {
		glue = "&"
	}
	for next := path; next != ""; {
		var part list[T]
		c.mustCall(http.MethodGet, next, nil, &part)
		all = append(all, part.Items...)
		if next = ""; part.Next != nil {
			next = path + glue + "after=" + url.QueryEscape(*part.Next)
		}
	}
	return all
}

// socket opens the live connection of a client.
func (c *client) socket(query url.Values) *websocket.Conn {
	c.t.Helper()
	query.Set("v", "1")
	header := http.Header{"Origin": {c.base.Scheme + "://" + c.base.Host}}
	dialer := websocket.Dialer{Jar: c.http.Jar, HandshakeTimeout: patience}
	conn, answer, err := dialer.DialContext(c.t.Context(), "ws://"+c.base.Host+"/live?"+query.Encode(), header)
	if err != nil {
		c.t.Fatalf("open the socket: %v (%v)", err, answer)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

// epoch names the history of the store that the pages are made from.
func (c *client) epoch() string {
	c.t.Helper()
	return attr(c.get("/notices").must().find("body"), "data-epoch")
}

// page is a page that came.
type page struct {
	client  *client
	address *url.URL
	status  int
	header  http.Header
	body    []byte
	doc     *html.Node
}

// String is what a failed test says of a page: where, with which status, and its words.
func (p *page) String() string {
	words := strings.Join(strings.Fields(textOf(p.find("main"))), " ")
	return fmt.Sprintf("%d at %s: %.600s", p.status, p.address.RequestURI(), words)
}

// must fails the test unless the page came well.
func (p *page) must() *page {
	p.client.t.Helper()
	if p.status >= 300 {
		p.client.t.Fatalf("refused: %s", p)
	}
	return p
}

// says tells whether the words stand in the page's text.
func (p *page) says(words string) bool {
	return strings.Contains(textOf(p.find("main")), words)
}

func (p *page) find(selector string) *html.Node {
	for n := range matching(p.doc, selector) {
		return n
	}
	return nil
}
