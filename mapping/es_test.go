// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/mapping"
)

// sharedCorpus is what Go and TypeScript must read alike. Go writes it, with -update.
const sharedCorpus = "../es/testdata"

// sharedView is an error as a client of either language sees it.
type sharedView struct {
	Catalogue    string            `json:"catalogue"`
	Number       int32             `json:"number"`
	Reason       string            `json:"reason"`
	ConnectCode  uint32            `json:"connectCode"`
	HTTPStatus   int               `json:"httpStatus"`
	Message      string            `json:"message"`
	Inferred     bool              `json:"inferred"`
	Metadata     map[string]string `json:"metadata,omitempty"`
	Fields       []sharedField     `json:"fields,omitempty"`
	RetryDelayMs float64           `json:"retryDelayMs,omitempty"`
	RequestID    string            `json:"requestId,omitempty"`
	Payload      json.RawMessage   `json:"payload,omitempty"`
	RetryCalls   string            `json:"retryCalls"`
	Fault        string            `json:"fault"`
}

type sharedField struct {
	Path        string `json:"path"`
	Description string `json:"description"`
	Reason      string `json:"reason"`
}

func viewOf(e *mapping.Error) sharedView {
	v := sharedView{
		Catalogue: string(e.Code().Catalogue().Name()), Number: e.Code().Number(), Reason: e.Reason(),
		ConnectCode: uint32(e.ConnectCode()), HTTPStatus: e.HTTPStatus(), Message: e.Message(), Inferred: e.Inferred(),
		Metadata: e.Metadata(), RequestID: e.RequestID(), RetryCalls: mapping.RetryOf(e).Calls.String(), Fault: string(mapping.FaultOf(e)),
	}
	for _, f := range e.Fields() {
		v.Fields = append(v.Fields, sharedField{f.Path, f.Description, f.Reason})
	}
	if delay, ok := e.RetryDelay(); ok {
		// A timer of a browser has whole milliseconds, and TypeScript waits for a day at most.
		v.RetryDelayMs = min(math.Ceil(float64(delay)/float64(time.Millisecond)), float64(24*time.Hour/time.Millisecond))
	}
	if payload, ok := mapping.Payload[json.RawMessage](e); ok {
		v.Payload = payload
	}
	return v
}

func compareShared(t *testing.T, name string, cases any) {
	t.Helper()
	if list, ok := cases.([]*sharedDecode); ok {
		slices.SortStableFunc(list, func(a, b *sharedDecode) int { return strings.Compare(a.Name, b.Name) })
	}
	if list, ok := cases.([]*sharedEnvelope); ok {
		slices.SortStableFunc(list, func(a, b *sharedEnvelope) int { return strings.Compare(a.Name, b.Name) })
	}
	want, err := json.MarshalIndent(cases, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compareFile(t, name, append(want, '\n'))
}

func compareFile(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join(filepath.FromSlash(sharedCorpus), name)
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what this package reads: run go test ./mapping -run TestShared -update", path)
	}
}
