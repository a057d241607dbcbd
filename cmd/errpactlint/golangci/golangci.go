// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package golangci is errpactlint as a module plugin of golangci-lint. In .custom-gcl.yml:
//
//	version: v2.15.0
//	plugins:
//	  - module: github.com/errpact/errpact/cmd/errpactlint
//	    import: github.com/errpact/errpact/cmd/errpactlint/golangci
//	    version: latest
//
// and in .golangci.yml:
//
//	linters:
//	  enable: [errpact]
//	  settings:
//	    custom:
//	      errpact:
//	        type: module
//	        settings: {strict: false, baseline: ""}
package golangci

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func init() { register.Plugin("errpact", New) }

// Settings are those of .golangci.yml.
type Settings struct {
	// Strict reports a declared error that nothing returns even where a call may return any error.
	Strict bool `json:"strict"`
	// Baseline is a file of findings that are not reported.
	Baseline string `json:"baseline"`
}

// New returns the plugin. It refuses settings that it does not know.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, err
	}
	return plugin{lint.New(&lint.Options{Strict: s.Strict, Baseline: s.Baseline})}, nil
}

type plugin struct{ analyzer *analysis.Analyzer }

// BuildAnalyzers implements [register.LinterPlugin].
func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{p.analyzer}, nil
}

// GetLoadMode implements [register.LinterPlugin].
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
