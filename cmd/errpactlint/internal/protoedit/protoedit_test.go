// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpactlint/internal/protoedit"
)

// before and after hold each form that a method can have.
const (
	before = `syntax = "proto3";

package acme.v1;

import "acme/v1/types.proto";
import "google/api/annotations.proto";

// A service { with } braces; in a comment.
service Shop {
  // None has no body.
  rpc None(A) returns (B);

  rpc Empty(A) returns (B) {}

  // Other has another option.
  rpc Other(A) returns (stream B) {
    option (google.api.http) = {get: "/a;{b}"}; // stays
  }

  rpc Status(A) returns (B) {
    option (errpact.v1.rest) = {success_status: 201};
  }

  rpc Lines(A) returns (B) {
    option (errpact.v1.rest) = {
      // Created.
      success_status: 201
    };
  }

  rpc One(stream A) returns (B) {
    option (errpact.v1.rest) = {
      errors: ["FIRST"]
    };
  }

  rpc Many(A) returns (B) {
    option (errpact.v1.rest) = {
      success_status: 201
      errors: [
        // Why.
        "FIRST",
        "SECOND/R" /* and */
      ]
    };
  }

  rpc Has(A) returns (B) {
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }
}

service Other {
  rpc None(A) returns (B);
}

message A {}

message B {}
`
	after = `syntax = "proto3";

package acme.v1;

import "acme/v1/types.proto";
import "errpact/v1/options.proto";
import "google/api/annotations.proto";

// A service { with } braces; in a comment.
service Shop {
  // None has no body.
  rpc None(A) returns (B) {
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }

  rpc Empty(A) returns (B) {
    option (errpact.v1.rest) = {
      errors: [
        "X",
        "Y/Z"
      ]
    };
  }

  // Other has another option.
  rpc Other(A) returns (stream B) {
    option (google.api.http) = {get: "/a;{b}"}; // stays
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }

  rpc Status(A) returns (B) {
    option (errpact.v1.rest) = {
      success_status: 201
      errors: ["X"]
    };
  }

  rpc Lines(A) returns (B) {
    option (errpact.v1.rest) = {
      // Created.
      success_status: 201
      errors: ["X"]
    };
  }

  rpc One(stream A) returns (B) {
    option (errpact.v1.rest) = {
      errors: [
        "FIRST",
        "X"
      ]
    };
  }

  rpc Many(A) returns (B) {
    option (errpact.v1.rest) = {
      success_status: 201
      errors: [
        // Why.
        "FIRST",
        "SECOND/R",
        "X" /* and */
      ]
    };
  }

  rpc Has(A) returns (B) {
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }
}

service Other {
  rpc None(A) returns (B);
}

message A {}

message B {}
`
)

func TestErrorsAreAddedAndTheRestStays(t *testing.T) {
	methods := []protoedit.Method{{Service: "Shop", Name: "Empty", Errors: []string{"X", "Y/Z"}}}
	for _, name := range []string{"None", "Other", "Status", "Lines", "One", "Many", "Has"} {
		methods = append(methods, protoedit.Method{Service: "Shop", Name: name, Errors: []string{"X"}})
	}
	got, err := protoedit.Add(before, methods)
	if err != nil {
		t.Fatal(err)
	}
	if got != after {
		t.Errorf("Add returns\n%s", got)
	}
	if again, err := protoedit.Add(got, methods); err != nil || again != got {
		t.Errorf("a second Add returns %v and\n%s", err, again)
	}
}

func TestTheResultIsAsBufFormatsIt(t *testing.T) {
	dir := t.TempDir()
	// buf has a place of its own for a comment behind a list's last element, with and without an edit.
	if err := os.WriteFile(filepath.Join(dir, "a.proto"), []byte(strings.Replace(after, " /* and */", "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	tools, err := filepath.Abs("../../../../tools/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "tool", "-modfile="+tools, "buf", "format", dir, "--diff", "--exit-code").CombinedOutput()
	if err != nil {
		t.Errorf("buf format: %v\n%s", err, out)
	}
}

func TestTheImportIsAddedWhereItBelongs(t *testing.T) {
	const body = "service S {\n  rpc M(A) returns (A);\n}\n"
	for _, test := range []struct{ head, want string }{
		{"syntax = \"proto3\";\n\npackage a;\n\n", "syntax = \"proto3\";\n\npackage a;\n\nimport \"errpact/v1/options.proto\";\n\n"},
		{"syntax = \"proto3\";\n\n", "syntax = \"proto3\";\n\nimport \"errpact/v1/options.proto\";\n\n"},
		{"import \"a.proto\";\n\n", "import \"a.proto\";\nimport \"errpact/v1/options.proto\";\n\n"},
		{"import \"z.proto\";\n\n", "import \"errpact/v1/options.proto\";\nimport \"z.proto\";\n\n"},
		{"import \"errpact/v1/options.proto\";\n", "import \"errpact/v1/options.proto\";\n"},
		{"", "import \"errpact/v1/options.proto\";\n"},
	} {
		got, err := protoedit.Add(test.head+body, []protoedit.Method{{Service: "S", Name: "M", Errors: []string{"X"}}})
		if head, _, _ := strings.Cut(got, "service"); err != nil || head != test.want {
			t.Errorf("Add to %q makes the head %q, %v, want %q", test.head, head, err, test.want)
		}
	}
}

func TestWhatCannotBeEditedIsAnErrorAndStays(t *testing.T) {
	for name, source := range map[string]string{
		"another service":  "service T { rpc M(A) returns (A); }",
		"another method":   "service S { rpc N(A) returns (A); }",
		"errors_none":      "service S { rpc M(A) returns (A) { option (errpact.v1.rest) = {errors_none: true}; } }",
		"a field's option": "service S { rpc M(A) returns (A) { option (errpact.v1.rest).errors = \"Y\"; } }",
		"a single value":   "service S { rpc M(A) returns (A) { option (errpact.v1.rest) = {errors: \"Y\"}; } }",
		"no end":           "service S { rpc M(A) returns (A) {",
		"nothing":          "",
		"an open string":   "service S { rpc M(A) returns (\"",
		"an open comment":  "service S { rpc M(A) /* returns",
		"one line":         "service S { rpc M(A) returns (A) { option deprecated = true; } }",
	} {
		got, err := protoedit.Add(source, []protoedit.Method{{Service: "S", Name: "M", Errors: []string{"X"}}})
		if err == nil || got != source {
			t.Errorf("%s: Add returns %q, %v, want an error", name, got, err)
		}
	}
}

func FuzzAdd(f *testing.F) {
	f.Add(before)
	f.Add(after)
	f.Fuzz(func(t *testing.T, source string) {
		_, _ = protoedit.Add(source, []protoedit.Method{{Service: "Shop", Name: "One", Errors: []string{"X"}}})
	})
}
