package journeys

import (
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// onDisk puts what somebody wants to send into a folder.
func onDisk(t testing.TB) (picture, drawing string) {
	t.Helper()
	folder := t.TempDir()
	picture, drawing = filepath.Join(folder, "loom.jpg"), filepath.Join(folder, "loom.svg")
	p := image.NewRGBA(image.Rect(0, 0, 2000, 1200))
	for y := range 1200 {
		for x := range 2000 {
			p.SetRGBA(x, y, color.RGBA{uint8(90 + x/16), uint8(60 + y/10), uint8(120 + (x+y)/40), 255})
		}
	}
	f, err := os.Create(picture)
	if err == nil {
		err = jpeg.Encode(f, p, nil)
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.WriteFile(drawing, []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return picture, drawing
}

func (tb *tab) choose(selector, file string) {
	tb.t.Helper()
	tb.do(chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file}))
}

const pictureSeen = `[...document.querySelectorAll("#messages .picture img")].some(i => i.alt === "A loom" && i.complete && i.naturalWidth === 1600)`

// A picture goes from one open page to another and is taken back again; what is refused stays in the form, and what a
// person may no longer send says why and can be thrown away.
func TestAPictureGoesToTheOtherPageAndGoesWithItsMessage(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "100").settled()
	picture, drawing := onDisk(t)
	a, b := s.browse("A", tabOptions{}), s.browse("B", tabOptions{width: 360})
	asA, asB := s.as("member"), s.as("host")
	talk := "/conversations/" + s.conversationOf(asA, asB)
	a.signIn(s.door("member"))
	b.signIn(s.door("host"))
	for _, tb := range []*tab{a, b} {
		tb.open(talk)
		tb.until("the talk is open", saidOnce("I do."))
		mark(tb)
	}
	a.press(`.attach summary`)
	a.choose(`[name=file1]`, picture)
	a.fill(`[name=alt1]`, "A loom")
	a.fill(`#composer textarea`, "It hums here.")
	a.press(`#composer .button-main`)
	for _, tb := range []*tab{a, b} {
		tb.until("the picture is there", saidOnce("It hums here.")+` && `+pictureSeen)
		unmoved(tb)
	}
	if left := ask[string](a, `document.querySelector("#composer textarea").value + document.querySelector("[name=alt1]").value`); left != "" {
		t.Errorf("in the form is left %q", left)
	}
	shootTalk(a, "live")

	a.open(talk)
	a.choose(`[name=file1]`, drawing)
	a.fill(`#composer textarea`, "Or as a drawing?")
	a.press(`#composer .button-main`)
	a.until("it says why", `document.querySelector("#f-files")?.innerText.includes("loom.svg")`)
	if typed := ask[string](a, `document.querySelector("#composer textarea").value`); typed != "Or as a drawing?" {
		t.Errorf("what was typed became %q", typed)
	}
	shootTalk(a, "refused")

	a.open(talk)
	mark(a)
	asB.mustCall(http.MethodPost, talk+"/messages", map[string]any{"nonce": "n-quote", "body": "Which part?", "answers": ask[int](a, `+document.querySelector("#messages li:has(img)").dataset.seq`)}, nil)
	for _, tb := range []*tab{a, b} {
		tb.until("the answer quotes it", `document.querySelector(".quote")?.innerText.includes("It hums here.")`)
	}
	a.press(`#messages li:has(.picture) .message-more a`)
	a.press(`.message .acts form[action$="/delete"] button`)
	for _, tb := range []*tab{a, b} {
		tb.until("nothing of it is left", `!document.querySelector(".picture") && !document.body.innerText.includes("It hums here.")`)
		unmoved(tb)
	}

	asB.mustCall(http.MethodPost, "/people/"+ask[string](a, `document.body.dataset.viewer`)+"/block", nil, nil)
	writeLine(a, "Are you there?")
	a.until("it says why it was refused", `document.querySelector("[data-state=failed] .message-state")?.innerText.includes("Not sent") && document.querySelectorAll("[data-state=failed] .message-state button").length === 2`)
	shootTalk(a, "not-sent")
	a.press(`[data-state=failed] .message-state button:last-of-type`)
	a.until("it is thrown away", `!document.querySelector("[data-state]") && document.activeElement === document.querySelector("#composer textarea")`)
	if kept := ask[int](a, `Object.keys(localStorage).filter(k => k.includes("unsent:")).length`); kept != 0 {
		t.Error("what was thrown away is still kept")
	}
}

func TestAPictureIsSentWithoutScripts(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	picture, _ := onDisk(t)
	a := s.browse("A", tabOptions{noScripts: true, width: 360})
	talk := "/conversations/" + s.conversationOf(s.as("steward"), s.as("newcomer"))
	a.signIn(s.door("steward"))
	a.open(talk)
	a.press(`.attach summary`)
	a.choose(`[name=file1]`, picture)
	a.fill(`[name=alt1]`, "A loom")
	a.press(`#composer .button-main`)
	a.until("the picture is there", pictureSeen)
	shootTalk(a, "plain")
	b := s.browse("B", tabOptions{}) // what looks for faults needs scripts
	b.signIn(s.door("steward"))
	for _, o := range []tabOptions{{language: "en", width: 360, dark: true}, {language: "ar", width: 360}, {language: "ar", width: 1280, dark: true}, {language: "en"}} {
		b.do(b.look(o))
		b.speak(o.language)
		b.open(talk)
		b.unfold(o)
		for _, fault := range append(axe(b), b.overflows()...) {
			t.Errorf("in %s at %d px: %s", o.language, o.width, fault)
		}
		shootTalk(a, strings.ReplaceAll(pictureName(visit{route: "files"}, o), ".jpg", ""))
	}
}

// shootTalk takes a picture for people to look at, where LONGTABLE_SHOTS names a folder.
func shootTalk(tb *tab, name string) {
	tb.t.Helper()
	if folder := os.Getenv("LONGTABLE_SHOTS"); folder != "" {
		tb.shoot(filepath.Join(folder, "talk_"+name+".jpg"))
	}
}
