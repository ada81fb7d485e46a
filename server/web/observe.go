package web

import (
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"longtable/server/community"
)

// gauges count what the site does. Labels are route patterns, never addresses or people.
type gauges struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newGauges() *gauges {
	g := &gauges{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "longtable_requests_total", Help: "Requests by route pattern and status."},
			[]string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "longtable_request_seconds", Help: "Time to answer by route pattern.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 10)}, []string{"method", "route"}),
	}
	g.registry.MustRegister(g.requests, g.seconds, collectors.NewGoCollector())
	return g
}

// observe gives each request an id, and writes one line and two figures when it is answered.
func (s *Site) observe(c *fiber.Ctx) error {
	started := time.Now()
	id := community.NewID[string]()
	c.Set("X-Request-Id", id)
	if err := c.Next(); err != nil {
		if err := s.handleStray(c, err); err != nil {
			return err
		}
	}
	route, status := c.Route().Path, c.Response().StatusCode()
	s.gauges.requests.WithLabelValues(c.Method(), route, strconv.Itoa(status)).Inc()
	s.gauges.seconds.WithLabelValues(c.Method(), route).Observe(time.Since(started).Seconds())
	s.log.LogAttrs(c.UserContext(), slog.LevelInfo, "request", slog.String("request", id), slog.String("method", c.Method()),
		slog.String("route", route), slog.Int("status", status), slog.Duration("took", time.Since(started)))
	return nil
}

func (q *Request) requestID() string { return string(q.c.Response().Header.Peek("X-Request-Id")) }

// live says that the process answers; it stays true while it drains.
func live(q *Request) (Answer, error) { return Answer{Data: map[string]string{"status": "live"}}, nil }

// ready says that requests can be served: the store writes and reads.
func ready(q *Request) (Answer, error) {
	if err := q.Ready(q.Context()); err != nil {
		return Answer{}, &community.Error{Kind: community.KindInternal, Say: "error.ours", Err: err}
	}
	return Answer{Data: map[string]string{"status": "ready"}}, nil
}

// metrics are the figures for Prometheus.
func metrics(q *Request) (Answer, error) {
	handler := promhttp.HandlerFor(q.gauges.registry, promhttp.HandlerOpts{})
	return Answer{Sent: true}, adaptor.HTTPHandler(handler)(q.c)
}
