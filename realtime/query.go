package realtime

import (
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
)

// opening is what a client asks for in the address of its upgrade request.
type opening struct {
	version string
	epoch   string
	since   map[string]int64 // conversation to the last seq that the client has
	watch   []string
}

// parseOpening copies what it keeps: fasthttp uses the memory of ctx again. What is malformed is left out, which costs
// the client a fetch and nothing else. The length of the address bounds all of it.
func parseOpening(ctx *fasthttp.RequestCtx) opening {
	args := ctx.QueryArgs()
	o := opening{
		version: string(args.Peek("v")),
		epoch:   string(args.Peek("epoch")),
		since:   map[string]int64{},
	}
	for part := range strings.SplitSeq(string(args.Peek("since")), ",") {
		dot := strings.LastIndexByte(part, '.')
		if dot < 0 || !isName(part[:dot]) {
			continue
		}
		if seq, err := strconv.ParseInt(part[dot+1:], 10, 64); err == nil && seq >= 0 {
			o.since[part[:dot]] = seq
		}
	}
	for topic := range strings.SplitSeq(string(args.Peek("watch")), ",") {
		if isName(topic) {
			o.watch = append(o.watch, topic)
		}
	}
	return o
}
