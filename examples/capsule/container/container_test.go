// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package container_test

import (
	"archive/zip"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

var key = []byte("a-key")

func good() container.Container {
	return container.Container{
		Payload:      []byte(`{"case": "17"}`),
		Media:        []container.File{{Name: "media/a.jpg", Data: []byte("front")}, {Name: "media/b.jpg", Data: []byte("back")}},
		SessionToken: "a-token",
	}
}

func pack(t testing.TB, c container.Container, fault container.Fault) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := container.Pack(&buf, c, key, fault); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestUnpackReturnsWhatWasPacked(t *testing.T) {
	want := good()
	got, err := container.Unpack(pack(t, want, container.NoFault), key, container.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("Unpack(Pack(c)) is not c (-want +got):\n%s", diff)
	}
}

func TestEveryFaultHasItsReason(t *testing.T) {
	want := map[container.Fault]mapping.Code{
		container.WithoutPayload: errpactv1err.InvalidStructureMissingPayload,
		container.WithoutMedia:   errpactv1err.InvalidValueNoMedia,
		container.Damaged:        errpactv1err.InvalidTypeContainerDamaged,
		container.WrongSignature: errpactv1err.ContainerUnpackingFailedInvalidSignature,
		container.WrongHash:      errpactv1err.ContainerUnpackingFailedInvalidHash,
	}
	for _, fault := range container.Faults {
		c, err := container.Unpack(pack(t, good(), fault), key, container.DefaultLimits)
		if fault == container.WrongSession { // only the server knows
			if err != nil || c.SessionToken == good().SessionToken {
				t.Errorf("Unpack of fault %q = %v, %v, want another session token", fault, c, err)
			}
			continue
		}
		if !errors.Is(err, want[fault]) {
			t.Errorf("Unpack of fault %q = %v, want %v", fault, err, want[fault])
		}
	}
}

// build makes a container of files as they are, signed; edit may change the entries of the zip.
func build(t testing.TB, files map[string]string, edit func(*zip.FileHeader)) []byte {
	t.Helper()
	return zipOf(t, signed(t, files), edit)
}

// signed is files with their manifest and signature.
func signed(t testing.TB, files map[string]string) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for name, content := range files {
		sum := sha256.Sum256([]byte(content))
		hashes[name] = hex.EncodeToString(sum[:])
	}
	text, err := json.Marshal(map[string]any{"session_token": "a-token", "files": hashes})
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	all := maps.Clone(files)
	all["manifest.json"] = string(text)
	all["manifest.sig"] = hex.EncodeToString(mac.Sum(nil))
	return all
}

func zipOf(t testing.TB, files map[string]string, edit func(*zip.FileHeader)) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if edit != nil {
			edit(header)
		}
		w, err := zw.CreateHeader(header)
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func with(files map[string]string, more ...string) map[string]string {
	all := map[string]string{"payload.json": "{}", "media/a": "a"}
	maps.Copy(all, files)
	for _, name := range more {
		all[name] = name
	}
	return all
}

func TestUnpackRefuses(t *testing.T) {
	ok := build(t, with(nil), nil)
	if _, err := container.Unpack(ok, key, container.DefaultLimits); err != nil {
		t.Fatalf("the container that the cases start from: %+v", err)
	}
	invalid := errpactv1err.ContainerUnpackingFailedInvalidContainer
	damaged := errpactv1err.InvalidTypeContainerDamaged
	cases := []struct {
		name string
		data []byte
		want mapping.Code
	}{
		{"nothing", nil, errpactv1err.ContainerNotProvided},
		{"text", []byte("hello"), invalid},
		{"too large", make([]byte, container.DefaultLimits.Bytes+1), invalid},
		{"a zip without its end", ok[:len(ok)-30], damaged},
		{"a zip's first bytes", ok[:4], damaged},
		{"an empty zip", zipOf(t, nil, nil), errpactv1err.InvalidStructureMissingPayload},
		{"media only", zipOf(t, map[string]string{"media/a": "a"}, nil), errpactv1err.InvalidStructureMissingPayload},
		{"no manifest", zipOf(t, with(nil), nil), invalid},
		{"no signature", zipOf(t, with(nil, "manifest.json"), nil), errpactv1err.ContainerUnpackingFailedInvalidSignature},
		{"an unknown place", build(t, with(nil, "notes.txt"), nil), invalid},
		{"a path upwards", build(t, with(nil, "media/../../etc/passwd"), nil), invalid},
		{"an absolute path", build(t, with(nil, "/etc/passwd"), nil), invalid},
		{"a backslash", build(t, with(nil, `media\a`), nil), invalid},
		{"a control character", build(t, with(nil, "media/a\nb"), nil), invalid},
		{"a path that is no UTF-8", build(t, with(nil, "media/\xff"), nil), invalid},
		{"a long path", build(t, with(nil, "media/"+strings.Repeat("a", 200)), nil), invalid},
		{"encrypted", build(t, with(nil), func(h *zip.FileHeader) { h.Flags |= 1 }), invalid},
		{"a bomb", build(t, with(map[string]string{"media/a": strings.Repeat("\x00", 16<<20)}), nil), invalid},
		{"many small bombs", build(t, with(numbered(40, strings.Repeat("\x00", 1<<20))), nil), invalid},
		{"many files", build(t, with(numbered(300, "")), nil), invalid},
		{"a hundred thousand files", build(t, with(numbered(100_000, "")), func(h *zip.FileHeader) { h.Method = zip.Store }), invalid},
		{"a huge payload", build(t, with(map[string]string{"payload.json": `{"a":"` + strings.Repeat("a", 64<<10) + `"}`}), nil), invalid},
		{"a payload that is text", build(t, with(map[string]string{"payload.json": "hello"}), nil), errpactv1err.InvalidStructure},
		{"an empty payload", build(t, with(map[string]string{"payload.json": ""}), nil), errpactv1err.InvalidStructure},
		{"a payload that is a list", build(t, with(map[string]string{"payload.json": "[]"}), nil), errpactv1err.InvalidStructure},
		{"a deep payload", build(t, with(map[string]string{"payload.json": nested(31)}), nil), errpactv1err.InvalidStructure},
		{"a payload with a number too large", build(t, with(map[string]string{"payload.json": `{"a":1e999}`}), nil), errpactv1err.InvalidStructure},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := container.Unpack(tc.data, key, container.DefaultLimits)
			if !errors.Is(err, tc.want) || !hasReason(err, tc.want.Reason()) {
				t.Errorf("Unpack = %+v, want %v", err, tc.want)
			}
		})
	}
}

func hasReason(err error, reason string) bool {
	e, ok := mapping.From(err)
	return ok && e.Reason() == reason
}

func numbered(n int, content string) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("media/%06d", i)] = content
	}
	return files
}

func nested(levels int) string {
	return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
}

func TestUnpackTakes(t *testing.T) {
	cases := map[string][]byte{
		"a good one":          build(t, with(nil), nil),
		"a folder in media":   build(t, with(nil, "media/side/a.jpg"), nil),
		"a deep payload":      build(t, with(map[string]string{"payload.json": nested(30)}), nil),
		"a medium of nothing": build(t, with(map[string]string{"media/a": ""}), nil),
	}
	// Archivers add an entry for a folder. It is no file, and the manifest does not know it.
	files := signed(t, with(nil))
	files["media/"] = ""
	cases["a folder's entry"] = zipOf(t, files, nil)
	for name, data := range cases {
		if _, err := container.Unpack(data, key, container.DefaultLimits); err != nil {
			t.Errorf("%s: Unpack = %+v", name, err)
		}
	}
}

func TestTheSameTwiceIsRefused(t *testing.T) {
	data := build(t, with(map[string]string{"media/b": "b"}), nil)
	data = bytes.ReplaceAll(data, []byte("media/b"), []byte("media/a"))
	_, err := container.Unpack(data, key, container.DefaultLimits)
	if !hasReason(err, "INVALID_CONTAINER") {
		t.Errorf("Unpack = %+v, want INVALID_CONTAINER", err)
	}
}

func TestInvalidHashNamesTheFile(t *testing.T) {
	for name, edit := range map[string]func(*container.Container){
		"another content": func(c *container.Container) { c.Media[1].Data = []byte("other") },
		"missing":         func(c *container.Container) { c.Media = c.Media[:1] },
		"one more":        func(c *container.Container) { c.Media = append(c.Media, container.File{Name: "media/b.jpg"}) },
	} {
		c := good()
		if name == "one more" {
			c.Media = c.Media[:1]
		}
		data := pack(t, c, container.NoFault)
		changed := good()
		if name == "one more" {
			changed.Media = changed.Media[:1]
		}
		edit(&changed)
		_, err := container.Unpack(graft(t, data, pack(t, changed, container.NoFault)), key, container.DefaultLimits)
		e, _ := mapping.From(err)
		if !errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidHash) || e.Metadata()["file"] != "media/b.jpg" {
			t.Errorf("%s: Unpack = %+v, want INVALID_HASH of media/b.jpg", name, err)
		}
	}
}

// graft is the second container with the first one's manifest and signature.
func graft(t *testing.T, first, second []byte) []byte {
	t.Helper()
	files := filesOf(t, second)
	for name, content := range filesOf(t, first) {
		if strings.HasPrefix(name, "manifest.") {
			files[name] = content
		}
	}
	return zipOf(t, files, nil)
}

func filesOf(t *testing.T, data []byte) map[string]string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = content.String()
	}
	return files
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("hello"))
	f.Add(pack(f, good(), container.NoFault))
	for _, fault := range container.Faults {
		f.Add(pack(f, good(), fault))
	}
	f.Add(build(f, with(nil, "media/../../etc/passwd"), nil))
	f.Add(build(f, with(map[string]string{"media/a": strings.Repeat("\x00", 2<<20)}), nil))
	limits := container.Limits{Bytes: 1 << 20, Files: 16, PayloadBytes: 1 << 10, UnpackedBytes: 2 << 20, Ratio: 100}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := container.Unpack(data, key, limits)
		if err != nil {
			if _, ok := mapping.From(err); !ok {
				t.Errorf("Unpack = %v, an error without a code", err)
			}
			return
		}
		total := len(c.Payload)
		for _, m := range c.Media {
			total += len(m.Data)
		}
		if total > limits.UnpackedBytes || len(c.Media) == 0 || len(c.Media) > limits.Files || c.SessionToken == "" {
			t.Errorf("Unpack let through %d bytes in %d media, token %q", total, len(c.Media), c.SessionToken)
		}
	})
}
