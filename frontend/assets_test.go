package frontend

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

// Bytes on a first visit, compressed: measured against the same anchors as the research, of which the leanest whole
// application has 5.8 KB of style and 9.8 KB of script.
const (
	styleMax  = 10 << 10
	moduleMax = 6 << 10 // of the modules of one page, with what they import
)

func TestEveryAssetIsServedAtItsAddressCompressed(t *testing.T) {
	for name, a := range lib.byName {
		body, br, contentType, ok := Asset(Address(name))
		if !ok || contentType == "" || len(body) == 0 {
			t.Errorf("%s is not served", name)
		}
		unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(br)))
		if err != nil || !bytes.Equal(unpacked, body) {
			t.Errorf("%s unpacks to something else: %v", name, err)
		}
		if !strings.HasPrefix(a.address, AssetsPath) || len(strings.Split(a.address, ".")) != 3 {
			t.Errorf("%s has the address %s", name, a.address)
		}
	}
	if _, _, _, ok := Asset(AssetsPath + "style.000000000000.css"); ok {
		t.Error("an old hash is still served")
	}
	if Address("nothing.js") != "" {
		t.Error("an unknown asset has an address")
	}
}

func TestAPageStaysLight(t *testing.T) {
	_, br, _, _ := Asset(Address("style.css"))
	t.Logf("style: %d bytes of brotli", len(br))
	if len(br) > styleMax {
		t.Errorf("the stylesheet has %d bytes, more than %d", len(br), styleMax)
	}
	for name := range lib.byName {
		behaviour, isModule := strings.CutSuffix(name, ".js")
		if !isModule {
			continue
		}
		run, preload := Modules([]string{"live", behaviour})
		sum := 0
		for _, address := range append(run, preload...) {
			_, br, _, _ := Asset(address)
			sum += len(br)
		}
		t.Logf("%s: %d bytes of brotli with live", behaviour, sum)
		if sum > moduleMax {
			t.Errorf("a page with %s runs %d bytes of script, more than %d", behaviour, sum, moduleMax)
		}
	}
}

func TestThePolicyAllowsExactlyTheInlinedSheet(t *testing.T) {
	sum := sha256.Sum256(Style())
	if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); StyleHash() != want {
		t.Errorf("StyleHash is %s, the sheet's is %s", StyleHash(), want)
	}
	if v := StyleVersion(); len(v) != hashLength || !strings.Contains(Address("style.css"), v) {
		t.Errorf("StyleVersion is %q", v)
	}
	if bytes.Contains(Style(), []byte("</")) {
		t.Error("the sheet could end its own element")
	}
}

func TestModulesNameEachOtherByAddress(t *testing.T) {
	l, err := build(fstest.MapFS{
		"styles/a.css":      {Data: []byte("p { color: red }")},
		"behaviors/chat.js": {Data: []byte("import { on } from './live.js';\nimport './log.js';\non();")},
		"behaviors/live.js": {Data: []byte("import { log } from \"./log.js\";\nexport function on() { log(); }")},
		"behaviors/log.js":  {Data: []byte("export function log() {}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	chat := string(l.byName["chat.js"].body)
	if !strings.Contains(chat, "from '"+l.byName["live.js"].address+"'") || strings.Contains(chat, "./") {
		t.Errorf("chat imports by other names:\n%s", chat)
	}
	if got := l.importsOf(l.byName["chat.js"], nil); len(got) != 2 {
		t.Errorf("chat needs %v", got)
	}
}

func TestModulesInACircleAreRefused(t *testing.T) {
	_, err := build(fstest.MapFS{
		"behaviors/a.js": {Data: []byte("import './b.js';")},
		"behaviors/b.js": {Data: []byte("import './a.js';")},
	})
	if err == nil || !strings.Contains(err.Error(), "circle") {
		t.Errorf("built with %v", err)
	}
	if _, err := build(fstest.MapFS{"behaviors/a.js": {Data: []byte("import './gone.js';")}}); err == nil {
		t.Error("built without a module that is imported")
	}
}

func TestAPageRunsWhatItNamesOnce(t *testing.T) {
	run, preload := Modules([]string{"chat", "live", "chat", "no-such-thing"})
	if len(run) != 2 || len(preload) != 4 {
		t.Errorf("runs %v, fetches ahead %v", run, preload)
	}
	if _, preload := Modules([]string{"chat"}); len(preload) != 5 || !slices.Contains(preload, Address("live.js")) {
		t.Errorf("chat fetches ahead %v", preload)
	}
}

func TestManyReadersMayAskAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for name := range lib.byName {
				if _, br, _, ok := Asset(Address(name)); !ok || br == nil {
					t.Errorf("%s was not there", name)
				}
			}
		})
	}
	all.Wait()
}
