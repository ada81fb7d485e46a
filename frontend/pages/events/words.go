package events

import (
	"context"

	"longtable/frontend/i18n"
)

// zoneHint says whose clocks the times of the form are.
func zoneHint(ctx context.Context, zone string) string {
	if zone == "" {
		return i18n.T(ctx, "events.zone-of-hub")
	}
	return i18n.T(ctx, "events.zone-is", "zone", i18n.ZoneCity(zone))
}
