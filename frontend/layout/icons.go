package layout

// icons are paths in a square of 24, drawn as lines.
var icons = map[string]string{
	Home:   "M4 11 12 4l8 7M6 10v10h12V10M10 20v-6h4v6",
	People: "M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7M2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.300 3.300 0 0 1 0 6.400M18 14.500c2.300.8 3.500 2.700 3.500 5.500",
	Talk:   "M3 4h13v9H9l-4 3.500V13H3zM19 9h2v8h-2v3l-4-3h-5",
	Events: "M4 6h16v14H4zM4 10.500h16M8 3v5M16 3v5",
	"more": "M4 12h2M11 12h2M18 12h2",
}

func pressed(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

func (s Shell) viewerID() string {
	if s.Viewer == nil {
		return ""
	}
	return s.Viewer.ID
}
