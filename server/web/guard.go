package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"longtable/frontend"
)

// guard refuses what no honest browser sends, and sets the headers that make browsers strict with our pages.
func (s *Site) guard(c *fiber.Ctx) error {
	s.harden(c)
	switch {
	case !s.knowsHost(c.Hostname()):
		return fiber.NewError(http.StatusMisdirectedRequest)
	case c.Get(fiber.HeaderContentEncoding) != "":
		// An unpacked body has no limit in the server library: 204 KB became 200 MiB.
		return fiber.NewError(http.StatusUnsupportedMediaType)
	case !safeMethod(c.Method()) && !s.fromOurPages(c):
		return fiber.NewError(http.StatusForbidden)
	}
	return c.Next()
}

// harden: no script but our modules, no style but our sheet, nothing from elsewhere, no framing, no leaking of addresses.
func (s *Site) harden(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' '" + frontend.StyleHash() + "'", "img-src 'self' data:",
		"connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'"}, "; "))
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
	if s.secure() {
		c.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func (s *Site) secure() bool { return s.Base.Scheme == "https" }

// knowsHost keeps other sites from pointing their name at us, and reset links from being built on a stranger's name.
func (s *Site) knowsHost(host string) bool {
	return strings.EqualFold(host, s.Base.Host) || slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

func safeMethod(method string) bool {
	return method == fiber.MethodGet || method == fiber.MethodHead || method == fiber.MethodOptions
}

// fromOurPages is the cross-site check: browsers say where a request comes from. A program sends neither header; it
// may come when it brings no cookie, because then there is nothing of a person's to abuse.
func (s *Site) fromOurPages(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return c.Get(fiber.HeaderCookie) == ""
	}
	u, err := url.Parse(origin)
	return err == nil && s.knowsHost(u.Host)
}
