package events

import (
	"context"

	"longtable/frontend/i18n"
)

// languages names languages in the language of the reader, as a sentence lists them.
func languages(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = i18n.LanguageName(ctx, code)
	}
	return i18n.List(ctx, names)
}

// zoneHint says whose clocks the times of the form are.
func zoneHint(ctx context.Context, zone string) string {
	if zone == "" {
		return i18n.T(ctx, "events.zone-of-hub")
	}
	return i18n.T(ctx, "events.zone-is", "zone", i18n.ZoneCity(zone))
}
