package frontend

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed styles/*.css behaviors/*.js images/*.svg
var sources embed.FS

// AssetsPath is where the server answers assets. Their addresses hold a hash of their content, so they may be cached
// for ever; an address with another hash is not found.
const AssetsPath = "/assets/"

// StyleCookie tells the server that a browser has been given the stylesheet: its value is StyleVersion. Without it a
// page carries the sheet within itself, which saves a first visit one round trip before anything is painted.
const StyleCookie = "style"

const hashLength = 12 // hexadecimal digits; 48 bits tell apart the few versions a cache ever holds

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is one file as it is sent. It is made at start and never changes.
type asset struct {
	address     string
	contentType string
	body        []byte
	br          func() []byte // made once, when first asked for: level 11 costs some milliseconds for each file
	imports     []string      // names of the modules it imports, directly
}

// library is all assets, by name such as "search.js" and by address.
type library struct {
	byName    map[string]*asset
	byAddress map[string]*asset
	styleHash string
}

var lib = mustBuild(sources)

// mustBuild reads what is embedded; a fault in it is found by the first test.
func mustBuild(files fs.FS) *library {
	l, err := build(files)
	if err != nil {
		panic(err)
	}
	return l
}

func build(files fs.FS) (*library, error) {
	l := &library{byName: map[string]*asset{}, byAddress: map[string]*asset{}}
	sheet, err := joinStyles(files)
	if err != nil {
		return nil, err
	}
	l.add("style.css", sheet)
	sum := sha256.Sum256(sheet)
	l.styleHash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	for _, pattern := range []string{"images/*.svg", "behaviors/*.js"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := l.load(files, name, nil); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

func (l *library) add(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	a := &asset{
		address:     AssetsPath + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:hashLength] + ext,
		contentType: contentTypes[ext],
		body:        body,
		br:          sync.OnceValue(func() []byte { return squeeze(body) }),
	}
	l.byName[name], l.byAddress[a.address] = a, a
	return a
}

var importPattern = regexp.MustCompile(`((?:from|import)\s*\(?\s*['"])\./([a-z-]+\.js)(['"])`)

// commentPattern finds what is written for who reads the source: it is not sent to anybody. A comment behind code goes
// only where it follows a mark that ends a piece of code, and holds no quote: so it can't be the inside of a string.
var commentPattern = regexp.MustCompile("(?s:/\\*.*?\\*/ ?)|(?m:^[ \t]*//[^\n]*\n)|(?m:([;{},]) // [^\n'\"`]*$)")

// load adds one file. A module that imports another must name it by its address, so the imported ones come first.
func (l *library) load(files fs.FS, file string, within []string) error {
	name := path.Base(file)
	if l.byName[name] != nil {
		return nil
	}
	if slices.Contains(within, name) {
		return fmt.Errorf("modules import each other in a circle: %s", strings.Join(append(within, name), " → "))
	}
	body, err := fs.ReadFile(files, file)
	if err != nil {
		return err
	}
	var imports []string
	if path.Ext(name) == ".js" {
		body = commentPattern.ReplaceAll(body, []byte("$1"))
		for _, found := range importPattern.FindAllSubmatch(body, -1) {
			imported := string(found[2])
			if err := l.load(files, path.Join(path.Dir(file), imported), append(within, name)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			imports = append(imports, imported)
			body = bytes.ReplaceAll(body, found[0], slices.Concat(found[1], []byte(l.byName[imported].address), found[3]))
		}
	}
	l.add(name, body).imports = imports
	return nil
}

// squeeze compresses at the highest level. Writing to memory doesn't fail.
func squeeze(body []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(body); err != nil {
		return nil
	}
	if err := w.Close(); err != nil {
		return nil
	}
	return out.Bytes()
}

// Asset returns the file at an address: as it is, compressed by brotli (nil if that failed), and its content type. The
// slices are shared: read only.
func Asset(address string) (body, br []byte, contentType string, ok bool) {
	a := lib.byAddress[address]
	if a == nil {
		return nil, nil, "", false
	}
	return a.body, a.br(), a.contentType, true
}

// Address returns where an asset is, by its name such as "icon.svg"; an unknown name has none.
func Address(name string) string {
	if a := lib.byName[name]; a != nil {
		return a.address
	}
	return ""
}

// Modules returns the addresses of the named behaviours ("search", "chat") to run, and of the modules they import, to
// be fetched ahead. Names without a module are left out: a page works without its scripts.
func Modules(names []string) (run, preload []string) {
	for _, name := range names {
		a := lib.byName[name+".js"]
		if a == nil || slices.Contains(run, a.address) {
			continue
		}
		run = append(run, a.address)
		preload = lib.importsOf(a, preload)
	}
	return run, slices.DeleteFunc(preload, func(address string) bool { return slices.Contains(run, address) })
}

func (l *library) importsOf(a *asset, found []string) []string {
	for _, name := range a.imports {
		if imported := l.byName[name]; !slices.Contains(found, imported.address) {
			found = l.importsOf(imported, append(found, imported.address))
		}
	}
	return found
}

// Style returns the whole stylesheet, to be put into a page.
func Style() []byte { return lib.byName["style.css"].body }

// StyleHash returns the source expression that a content security policy needs for a page that carries Style.
func StyleHash() string { return lib.styleHash }

// StyleVersion changes with the stylesheet. It fits into a cookie.
func StyleVersion() string {
	return strings.TrimSuffix(strings.TrimPrefix(Address("style.css"), AssetsPath+"style."), ".css")
}
