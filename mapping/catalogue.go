// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// builtin is the catalogue of errpact.v1.ErrorCode.
var builtin = LazyCatalogue(func() protoreflect.EnumDescriptor { return errpactv1.ErrorCode(0).Descriptor() })

// A Catalogue is the set of errors that an annotated enum states. It is read on first use, once.
// A nil or zero Catalogue is the built-in one, errpact.v1.ErrorCode.
//
// Catalogues are interned: asking twice for the same enum gives the same pointer, so that their
// codes are == too.
type Catalogue struct {
	// name is empty while the descriptor could not be had yet.
	name   protoreflect.FullName
	source func() protoreflect.EnumDescriptor

	load sync.Once
	err  error
	data atomic.Pointer[catalogueData]

	// Until the catalogue is read, mu guards its codes, of which some may be asked for by then.
	mu    sync.Mutex
	codes map[codeKey]*entry
	spare []entry
}

// codeKey is the key of an entry or of a reason of it within a catalogue.
type codeKey struct {
	number int32
	reason string
}

var interned struct {
	mu     sync.Mutex
	byName map[protoreflect.FullName][]*Catalogue
}

// NewCatalogue reads the catalogue that an enum annotated with errpact/v1/options.proto states. Its
// error names every mistake, by proto name.
func NewCatalogue(enum protoreflect.EnumDescriptor) (*Catalogue, error) {
	if isNil(enum) {
		return nil, errors.New("mapping: read a catalogue: the enum descriptor is nil")
	}
	c := intern(enum)
	if _, err := c.loaded(); err != nil {
		return nil, err
	}
	return c, nil
}

// MustCatalogue calls [NewCatalogue] and panics on a mistake. It is for tests and main functions.
func MustCatalogue(enum protoreflect.EnumDescriptor) *Catalogue {
	c, err := NewCatalogue(enum)
	if err != nil {
		panic(err)
	}
	return c
}

// LazyCatalogue returns the catalogue of the enum that source returns, and reads it on first use. It is for
// package-level variables, and never panics. [NewPolicy] reports a mistake in the catalogue.
//
// Call it in a package other than the enum's, as generated code does. In the same package the
// descriptor does not exist yet when variables are set. Codes of two LazyCatalogues of one enum are
// then not ==, although errors.Is agrees.
func LazyCatalogue(source func() protoreflect.EnumDescriptor) *Catalogue {
	if enum := descriptorOf(source); enum != nil {
		return intern(enum)
	}
	return &Catalogue{source: source}
}

// descriptorOf is nil where source has no descriptor yet.
func descriptorOf(source func() protoreflect.EnumDescriptor) (enum protoreflect.EnumDescriptor) {
	if source == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			enum = nil
		}
	}()
	if enum = source(); isNil(enum) {
		return nil
	}
	return enum
}

func intern(enum protoreflect.EnumDescriptor) *Catalogue {
	interned.mu.Lock()
	defer interned.mu.Unlock()
	for _, c := range interned.byName[enum.FullName()] {
		if known := c.source(); known == enum || sameContent(c, enum) {
			return c
		}
	}
	c := &Catalogue{name: enum.FullName(), source: func() protoreflect.EnumDescriptor { return enum }}
	if interned.byName == nil {
		interned.byName = make(map[protoreflect.FullName][]*Catalogue)
	}
	interned.byName[c.name] = append(interned.byName[c.name], c)
	return c
}

// sameContent compares with another descriptor of the same full name, such as one read from a file.
func sameContent(c *Catalogue, enum protoreflect.EnumDescriptor) bool {
	read, err := catalogue.Read(enum)
	if err != nil {
		return false
	}
	known, err := c.loaded()
	return err == nil && reflect.DeepEqual(read, known.Catalogue)
}

// Name returns the full name of the enum, such as "errpact.v1.ErrorCode".
func (c *Catalogue) Name() string {
	c = c.self()
	if c.name != "" {
		return string(c.name)
	}
	if data, err := c.loaded(); err == nil {
		return data.Name
	}
	return ""
}

// Descriptor returns the enum's descriptor, or nil if the catalogue has none.
func (c *Catalogue) Descriptor() protoreflect.EnumDescriptor { return descriptorOf(c.self().source) }

// Domain returns the domain of google.rpc.ErrorInfo, or "" if the catalogue cannot be read.
func (c *Catalogue) Domain() string {
	data, err := c.self().loaded()
	if err != nil {
		return ""
	}
	return data.Domain
}

// Code returns the entry of a number. If the catalogue does not have it, the code keeps the number, with
// Connect code unknown and HTTP status 500.
func (c *Catalogue) Code(number int32) Code { return c.self().code(number, "") }

// Codes returns the catalogue's entries without their reasons, in the order of their numbers. It returns
// nil if the catalogue cannot be read.
func (c *Catalogue) Codes() []Code {
	c = c.self()
	data, err := c.loaded()
	if err != nil {
		return nil
	}
	codes := make([]Code, len(data.Entries))
	for i, e := range data.Entries {
		codes[i] = c.code(e.Number, "")
	}
	return codes
}

func (c *Catalogue) self() *Catalogue {
	if c == nil || c.name == "" && c.source == nil {
		return builtin
	}
	return c
}

// loaded reads the catalogue, once, and says what is wrong with it.
func (c *Catalogue) loaded() (*catalogueData, error) {
	if c.source == nil {
		return nil, unreadable(c.name) // as often as a client meets a catalogue of which it knows the name alone
	}
	c.load.Do(func() {
		enum := descriptorOf(c.source)
		if enum == nil {
			c.err = unreadable(c.name)
			return
		}
		read, err := catalogue.Read(enum)
		if err != nil {
			c.err = fmt.Errorf("mapping: read catalogue %s: %w", enum.FullName(), err)
			return
		}
		c.keep(read)
	})
	return c.data.Load(), c.err
}

// unreadable is the error of a catalogue of that name without an enum descriptor.
type unreadable protoreflect.FullName

func (u unreadable) Error() string {
	return fmt.Sprintf("mapping: read catalogue %q: it has no enum descriptor", string(u))
}

// sameAs compares by name: a catalogue is its enum, not a pointer.
func (c *Catalogue) sameAs(other *Catalogue) bool {
	return c == other || other != nil && c.Name() == other.Name()
}

// isBuiltin says whether the built-in field of ErrorDetail carries this catalogue's numbers.
func (c *Catalogue) isBuiltin() bool { return c == builtin || c.Name() == builtin.Name() }

// code is the one handle of a number and reason. Only what the catalogue declares is kept, and what
// was asked for before it was read (by package-level variables): numbers and reasons that come off
// a wire must not fill memory.
func (c *Catalogue) code(number int32, reason string) Code {
	if number == 0 && reason == "" && c == builtin {
		return Code{}
	}
	data := c.data.Load()
	if data == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if data = c.data.Load(); data == nil {
			return Code{c.keepCode(codeKey{number, reason})}
		}
	}
	if e, ok := data.entry(number); ok && reason == "" {
		return Code{e}
	}
	if e, ok := data.codes[codeKey{number, reason}]; ok {
		return Code{e}
	}
	return Code{&entry{catalogue: c, number: number, reason: reason}}
}

// codeKey is the entry of that key, which is kept. The caller has the lock.
func (c *Catalogue) keepCode(key codeKey) *entry {
	if e, ok := c.codes[key]; ok {
		return e
	}
	if c.codes == nil {
		c.codes = make(map[codeKey]*entry, 32)
	}
	if len(c.spare) == 0 {
		c.spare = make([]entry, 32)
	}
	e := &c.spare[0]
	c.spare = c.spare[1:]
	e.catalogue, e.number, e.reason = c, key.number, key.reason
	c.codes[key] = e
	return e
}
