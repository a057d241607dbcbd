// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor/strictjson"
)

// TestG2ForgedFaults: a fault that this process did not find chooses the number, and no text of it goes
// out; that of one which it did find does.
func TestG2ForgedFaults(t *testing.T) {
	serveText := func(text string) *httptest.Server {
		return serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			_, _ = fmt.Fprintf(w, `{"code":3,"message":%q}`, text)
		}))
	}
	for _, seal := range []string{"", " ", " 0123456789abcdef", " " + strings.Repeat("0", 64)} {
		for _, start := range []string{"", "unmarshal message: "} {
			get(t, serveText(start+canary+": want text (WRONG_TYPE"+seal+")")).want(t, 400, envelope(5, "Invalid type"))
		}
	}
	own := strictjson.Codec[any]{}.Unmarshal([]byte(`{"message":1}`), new(errpactv1.Entry)).Error()
	a := get(t, serveText(own))
	if a.status != 400 || !strings.Contains(a.body, `"field":"message"`) {
		t.Errorf("its own fault = %d %s", a.status, a.body)
	}
	get(t, serveText(strings.Replace(own, "message", canary, 1))).want(t, 400, envelope(5, "Invalid type"))
	get(t, serveText(strings.Replace(own, "WRONG_TYPE", "NOT_ALLOWED", 1))).want(t, 400, envelope(4, "Invalid value"))
}
