// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/testkit/opaque"
)

func zipped(text string) string {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, text)
	_ = zw.Close()
	return b.String()
}

// TestG1SearchFindsHiddenCanary: a search that is blind proves nothing.
func TestG1SearchFindsHiddenCanary(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte("ab" + opaque.Canary))
	for name, raw := range map[string]string{
		"plain":          "x" + opaque.Canary,
		"upper case":     "X-" + strings.ToUpper(opaque.Canary) + ": 1",
		"percent":        "%73" + opaque.Canary[1:],
		"quoted":         `\u0073` + opaque.Canary[1:],
		"twice quoted":   `\\x73` + opaque.Canary[1:],
		"base64":         `"value":"` + b64 + `"`,
		"base64 for URL": "a-_" + base64.RawURLEncoding.EncodeToString([]byte{0xfb, 0xff, 0xfe}) + b64,
		"hex":            "0" + hex.EncodeToString([]byte(opaque.Canary)),
		"gzip":           "\x00\x00\x00\x00" + zipped("..."+opaque.Canary),
		"cut gzip":       zipped(opaque.Canary + strings.Repeat(opaque.Canary, 9))[:40],
		"base64 in gzip": zipped("x: " + b64),
		"gzip in base64": base64.RawStdEncoding.EncodeToString([]byte(zipped(opaque.Canary))),
	} {
		if !opaque.Found([]byte(raw)) {
			t.Errorf("%s: nothing found in %q", name, raw)
		}
	}
	for _, raw := range []string{"", "ostrich squinting", zipped("nothing"), `\u`, "%", "\xff\xfe"} {
		if opaque.Found([]byte(raw)) {
			t.Errorf("found in %q", raw)
		}
	}
}
