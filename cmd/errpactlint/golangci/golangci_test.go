// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package golangci_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	_ "github.com/errpact/errpact/cmd/errpactlint/golangci"
)

func TestThePluginIsRegisteredAndReadsItsSettings(t *testing.T) {
	create, err := register.GetPlugin("errpact")
	if err != nil {
		t.Fatal(err)
	}
	plugin, err := create(map[string]any{"strict": true})
	if err != nil {
		t.Fatal(err)
	}
	analyzers, err := plugin.BuildAnalyzers()
	if err != nil || len(analyzers) != 1 || analyzers[0].Name != "errpact" {
		t.Errorf("BuildAnalyzers() = %v, %v, want errpact alone", analyzers, err)
	}
	if mode := plugin.GetLoadMode(); mode != register.LoadModeTypesInfo {
		t.Errorf("GetLoadMode() = %q, want %q", mode, register.LoadModeTypesInfo)
	}
	if _, err := create(map[string]any{"strcit": true}); err == nil {
		t.Error("New takes a setting that it does not know")
	}
}
