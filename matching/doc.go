// Package matching ranks the people a member might work with, and says why.
//
// The ranking is reciprocal: a match must be good for both sides. For a
// viewer i and a candidate j,
//
//	cov(i<-j) = sum over needs n of i:  w(n) * max over offers s of j:  sim(n,s) * level(s)
//	          = kappa                                     when i states no need
//	aff(i<-j) = causes + sector + stage + hours + place + time
//	u(i<-j)   = W(skills) * cov(i<-j) + aff(i<-j)         how much j benefits i
//	R(i,j)    = floor(2 * u(i<-j) * u(j<-i) / (u(i<-j) + u(j<-i)))
//
// R is the harmonic mean of both benefits: it is high only when both are. The
// list of i holds everybody with R > 0 who is not i, shares a language with i
// and is allowed by the question; in order of R downwards, then of a keyed
// hash of (i, j, day), then of id. The hash turns ties over every day, so that
// neither an early id nor an old account wins them for ever.
//
// The terms of aff, each a weight in thousandths times a fraction:
//
//	causes   causes of i that j shares / causes of i
//	sector   1 when the same, 1/2 when of the same family
//	stage    1 when at most one stage apart
//	hours    working half hours in common / 16, at most 1
//	place    1 in the same hub, 1/2 in the same region
//	time     hours a week that j has / 8, at most 1
//
// A field that either side leaves unknown earns nothing, except needs (kappa)
// and languages (see Profile).
//
// # Scales
//
// Everything is an integer, so that two machines, a replay, or an index in
// place of the scan agree bit for bit.
//
//	w(n)       weights of one member's needs sum to 240
//	sim(n,s)   sixteenths: 16 for the same skill, 1 to 11 for one of the 8 related most, else 0
//	level(s)   sixteenths: 8, 12 or 16
//	cov        0 to 240*16*16 = 61,440
//	W, kappa   thousandths; the seven weights sum to 1000
//	u, R       Points: 0 to 61,440,000, where 61,440 points are one thousandth
//
// The smallest step of cov is worth W(skills) points, a whole number, so an
// explanation is the list of the terms themselves and they sum to u exactly.
//
// # Turns
//
// The best lists alone show some people everywhere and a quarter of them
// nowhere. A Ledger remembers how much everybody was shown and gives turns,
// under a floor that no list may break:
//
//	e(r)      = 1 / log2(1+r)                                how much rank r is seen
//	I(j)      = sum over lists shown of e(r) * R(i,j)        fades by the agreement's memory each round
//	w(j)      = ((mean + c) / (I(j) + c))^gamma              c = mean/20, gamma = 1/2; from 1/16 to 16
//	Q(list)   = sum over ranks of e(r) * R(i, shown at r)
//	list of i = the first by R * (1 - lambda + lambda*w) of the best 200,
//	            for the largest lambda with Q(list) >= (1-d) * Q(best list)
//
// Each list is a step uphill for lambda * sum of log I + (1-lambda) * sum of Q:
// proportional fairness, or Nash social welfare, online (Stolyar 2005). What is
// agreed on is d alone: at most a tenth, say, of the quality of any one list
// may be spent on giving everybody a turn. Share checks that promise on every
// list it returns. Nothing but former lists decides about turns: no trait of
// anybody is read, and whoever is new has had no turn yet.
//
// In the fixed point, e is in 65,536ths, w in quarter octaves (2^(n/4), each
// rounded to 65,536ths), lambda in 128ths, I in Points and d in thousandths.
//
// # Learning
//
// The weights follow what people choose: a conditional logit (Learn) on lists
// that were really shown, a day at a time (Study, Evidence.Next), with guards
// that bound what a day, a member or a few members can do. What ranks stays
// whole numbers; only the fit computes in floating point.
//
// # Privacy
//
// A Pool holds what the whole network may see. The viewer's profile is passed
// with each question and never looked up, so it may hold private needs: they
// steer the viewer's own list, and nobody else's can depend on them.
//
// The package does no I/O, reads no clock and keeps no state outside its
// values. Definition and Pool never change once made and are safe for any
// number of goroutines.
package matching
