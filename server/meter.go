package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// meter shows how far a piece of work is: a bar that grows in a terminal, a line for each tenth elsewhere.
type meter struct {
	out      io.Writer
	what     string
	unit     string // what is counted
	terminal bool
	shown    int // what was shown last, in hundredths
}

const (
	meterWidth = 30 // characters of the bar, so that the line fits a narrow terminal
	meterStep  = 10 // hundredths between two lines where there is no terminal
)

func newMeter(out io.Writer, what string) *meter {
	m := &meter{out: out, what: what, unit: "documents"}
	if f, isFile := out.(*os.File); isFile {
		info, err := f.Stat()
		m.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return m
}

// to shows that so many are done, of about so many.
func (m *meter) to(done, of int64) {
	hundredths := 0
	if of > 0 {
		hundredths = int(min(99, 100*done/of)) // of is an estimate; only end says that all is done
	}
	if hundredths > m.shown && (m.terminal || hundredths/meterStep > m.shown/meterStep) {
		m.show(hundredths, done)
	}
}

// end shows that everything is done.
func (m *meter) end(done int64) {
	m.show(100, done)
	if m.terminal {
		fmt.Fprintln(m.out)
	}
}

func (m *meter) show(hundredths int, done int64) {
	m.shown = hundredths
	if !m.terminal {
		fmt.Fprintf(m.out, "  %s: %d%%, %d %s\n", m.what, hundredths, done, m.unit)
		return
	}
	filled := meterWidth * hundredths / 100
	fmt.Fprintf(m.out, "\r  %s [%s%s] %3d%%  %d %s", m.what, strings.Repeat("#", filled), strings.Repeat("-", meterWidth-filled), hundredths, done, m.unit)
}
