// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/gob"
	"go/types"
	"io"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/errpact/errpact/mapping/catalogue"
)

// knowledge is what the descriptors and the rules of one package say.
type knowledge struct {
	// Path is the package's.
	Path string
	// Files are descriptors of the services that the package was generated from, without messages.
	Files [][]byte
	// Catalogues have what a declaration and the baseline need, and no texts.
	Catalogues []*catalogue.Catalogue
	// Enums are the Go names of the catalogues' enums.
	Enums []string
	Rules []rule
}

func (k knowledge) isEmpty() bool { return len(k.Files)+len(k.Catalogues)+len(k.Rules) == 0 }

// known is all that is known of a package and of those that it imports, directly or not.
type known struct {
	packages   []knowledge
	catalogues []*catalogue.Catalogue
	services   []*service
	rules      []rule
}

// newKnown gathers what the imports know. Drivers pass on facts of packages that are imported directly, or mentioned
// in the types of those, and drop all others. So the fact of a package has all that its imports know.
func newKnown(pass *analysis.Pass, own knowledge) *known {
	k := new(known)
	var blobs [][]byte
	for _, p := range pass.Pkg.Imports() {
		var fact packageFact
		if !pass.ImportPackageFact(p, &fact) || slices.ContainsFunc(blobs, func(b []byte) bool { return bytes.Equal(b, fact.Known) }) {
			continue
		}
		blobs = append(blobs, fact.Known)
		for _, other := range unpack(fact.Known) {
			k.add(other)
		}
	}
	k.add(own)
	return k
}

func (k *known) add(other knowledge) {
	has := slices.ContainsFunc(k.packages, func(p knowledge) bool { return p.Path == other.Path })
	if has || other.isEmpty() {
		return
	}
	k.packages = append(k.packages, other)
	slices.SortFunc(k.packages, func(a, b knowledge) int { return cmp.Compare(a.Path, b.Path) })
	k.catalogues = append(k.catalogues, other.Catalogues...)
	k.rules = append(k.rules, other.Rules...)
	for _, raw := range other.Files {
		k.services = append(k.services, readServices(other.Path, raw)...)
	}
}

// addRules adds the rules of the package itself.
func (k *known) addRules(path string, rules []rule) {
	k.rules = append(k.rules, rules...)
	i := slices.IndexFunc(k.packages, func(p knowledge) bool { return p.Path == path })
	if i >= 0 {
		k.packages[i].Rules = rules
		return
	}
	k.add(knowledge{Path: path, Rules: rules})
	k.rules = k.rules[:len(k.rules)-len(rules)]
}

// catalogueOf returns the catalogue of an enum's Go type.
func (k *known) catalogueOf(enum *types.TypeName) *catalogue.Catalogue {
	for _, p := range k.packages {
		if enum.Pkg() == nil || p.Path != enum.Pkg().Path() {
			continue
		}
		if i := slices.Index(p.Enums, enum.Name()); i >= 0 {
			return p.Catalogues[i]
		}
	}
	return nil
}

// pack writes knowledge for a fact. It is packed since each package has a copy, and few are read.
func pack(packages []knowledge) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil || gob.NewEncoder(w).Encode(packages) != nil || w.Close() != nil {
		return nil
	}
	return out.Bytes()
}

func unpack(packed []byte) []knowledge {
	var packages []knowledge
	r := flate.NewReader(bytes.NewReader(packed))
	data, err := io.ReadAll(r)
	if err != nil || gob.NewDecoder(bytes.NewReader(data)).Decode(&packages) != nil {
		return nil
	}
	return packages
}
