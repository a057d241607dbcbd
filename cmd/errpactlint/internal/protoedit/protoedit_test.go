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
        "SECOND/R", /* and */
        "X"
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
		{"import 'errpact/v1/options.proto';\n", "import 'errpact/v1/options.proto';\n"},
		{"import \"errpact/v1/\" 'options.proto';\n", "import \"errpact/v1/\" 'options.proto';\n"},
		{"import public \"errpact/v1/options.proto\";\n", "import public \"errpact/v1/options.proto\";\n"},
		{"import option \"errpact/v1/options.proto\";\n", "import option \"errpact/v1/options.proto\";\n"},
		{"import public \"a.proto\"; // why\n\n", "import public \"a.proto\"; // why\nimport \"errpact/v1/options.proto\";\n\n"},
		{"import public \"z.proto\";\n", "import \"errpact/v1/options.proto\";\nimport public \"z.proto\";\n"},
		{"import \"z.proto\";\nimport option \"a.proto\";\n", "import \"errpact/v1/options.proto\";\nimport \"z.proto\";\nimport option \"a.proto\";\n"},
		{"import \"a.proto\";\nimport option \"a/b.proto\";\n", "import \"a.proto\";\nimport \"errpact/v1/options.proto\";\nimport option \"a/b.proto\";\n"},
		{"import \"a.proto\"; /* why,\nagain */\n// z too.\nimport \"z.proto\";\n", "import \"a.proto\"; /* why,\nagain */\nimport \"errpact/v1/options.proto\";\n// z too.\nimport \"z.proto\";\n"},
		{"// Copyright.\n\n// z too.\nimport \"z.proto\";\n", "// Copyright.\n\nimport \"errpact/v1/options.proto\";\n// z too.\nimport \"z.proto\";\n"},
		{"// Copyright.\n\n/* z too. */\nimport \"z.proto\";\n", "// Copyright.\n\nimport \"errpact/v1/options.proto\";\n/* z too. */\nimport \"z.proto\";\n"},
		{"/* z\n * too.\n */\nimport \"z.proto\";\n", "import \"errpact/v1/options.proto\";\n/* z\n * too.\n */\nimport \"z.proto\";\n"},
		{"package a; /* a\n\n*/\n/* z\n\n too. */ // So.\n  // z is last.\n  import \"z.proto\";\n", "package a; /* a\n\n*/\nimport \"errpact/v1/options.proto\";\n/* z\n\n too. */ // So.\n  // z is last.\n  import \"z.proto\";\n"},
		{"/* Copyright. */\n\n/* z */ import \"z.proto\";\n", "/* Copyright. */\n\nimport \"errpact/v1/options.proto\";\n/* z */ import \"z.proto\";\n"},
		{"package a; /* z */ import \"z.proto\";\n", "package a; /* z */ import \"errpact/v1/options.proto\";\nimport \"z.proto\";\n"},
		{"/* // */ // /*\nimport \"z.proto\";\n", "import \"errpact/v1/options.proto\";\n/* // */ // /*\nimport \"z.proto\";\n"},
		{"package a; // why\n\n", "package a; // why\n\nimport \"errpact/v1/options.proto\";\n\n"},
		{"", "import \"errpact/v1/options.proto\";\n"},
	} {
		got, err := protoedit.Add(test.head+body, []protoedit.Method{{Service: "S", Name: "M", Errors: []string{"X"}}})
		if head, _, _ := strings.Cut(got, "service"); err != nil || head != test.want {
			t.Errorf("Add to %q makes the head %q, %v, want %q", test.head, head, err, test.want)
		}
	}
}

// TestCommentsAndOtherFormsStay has bodies of one method, to which X is added.
func TestCommentsAndOtherFormsStay(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"a body of a comment": {"{\n    // Later.\n  }", `{
    // Later.
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"a body of a comment behind the brace": {"{ // Later.\n  }", `{ // Later.
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"a body of a comment in one line": {"{ /* Later. */ }", `{
    /* Later. */
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"a body in one line": {"{ option deprecated = true; }", `{
    option deprecated = true;
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"a body whose last line has the brace": {"{\n    option deprecated = true; /* so\n    long */ }", `{
    option deprecated = true; /* so
    long */
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"a leading dot": {"{\n    option (.errpact.v1.rest) = {\n      errors: [\"A\"]\n    };\n  }", `{
    option (.errpact.v1.rest) = {
      errors: [
        "A",
        "X"
      ]
    };
  }`},
		"a name in parts": {"{\n    option ( errpact. /* ours */ v1 .rest ) = {};\n  }", `{
    option ( errpact. /* ours */ v1 .rest ) = {
      errors: ["X"]
    };
  }`},
		"a leading dot, behind another option": {"{\n    option (a.b) = {c: 1};\n    option (.errpact.v1.rest) = {};\n  }", `{
    option (a.b) = {c: 1};
    option (.errpact.v1.rest) = {
      errors: ["X"]
    };
  }`},
		"an option of a comment": {"{\n    option (errpact.v1.rest) = { // Later.\n    };\n  }", `{
    option (errpact.v1.rest) = {
      // Later.
      errors: ["X"]
    };
  }`},
		"an option whose last line has the brace": {"{\n    option (errpact.v1.rest) = {\n      /* Made.\n      */ success_status: 201 };\n  }", `{
    option (errpact.v1.rest) = {
      /* Made.
      */ success_status: 201
      errors: ["X"]
    };
  }`},
		"a comment behind the last error": {"{\n    option (errpact.v1.rest) = {\n      errors: [\n        \"A\" // why\n        // end\n      ]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [
        "A", // why
        "X"
        // end
      ]
    };
  }`},
		"a long comment behind the last error": {"{\n    option (errpact.v1.rest) = {\n      errors: [\n        \"A\" /* why,\n        again */ // and why\n      ]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [
        "A", /* why,
        again */ // and why
        "X"
      ]
    };
  }`},
		"comments in a list of one line": {"{\n    option (errpact.v1.rest) = {\n      errors: [/* first */ \"A\" /* last */]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [/* first */ "A", /* last */
        "X"
      ]
    };
  }`},
		"a list of a comment": {"{\n    option (errpact.v1.rest) = {\n      errors: [\n        // Later.\n      ]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [
        // Later.
        "X"
      ]
    };
  }`},
		"a list of a comment in one line": {"{\n    option (errpact.v1.rest) = {\n      errors: [/* Later. */]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [/* Later. */
        "X"
      ]
    };
  }`},
		"a list whose last line has the bracket": {"{\n    option (errpact.v1.rest) = {\n      errors: [\"A\",\n        \"B\"]\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: ["A",
        "B",
        "X"
      ]
    };
  }`},
		"single quotes": {"{\n    option (errpact.v1.rest) = {\n      errors: ['A/B', 'C']\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: [
        "A/B",
        "C",
        "X"
      ]
    };
  }`},
		"single quotes, nothing to add": {"{\n    option (errpact.v1.rest) = {\n      errors: ['X']\n    };\n  }", `{
    option (errpact.v1.rest) = {
      errors: ['X']
    };
  }`},
		"a semicolon with a comment": {"; // Later.", ` {
    option (errpact.v1.rest) = {
      errors: ["X"]
    };
  } // Later.`},
	} {
		const head = "import \"errpact/v1/options.proto\";\n\nservice S {\n  rpc M(A) returns (A)"
		space := " "
		if strings.HasPrefix(test.body, ";") {
			space = ""
		}
		got, err := protoedit.Add(head+space+test.body+"\n}\n", []protoedit.Method{{Service: "S", Name: "M", Errors: []string{"X"}}})
		if want := head + space + test.want + "\n}\n"; err != nil || got != want {
			t.Errorf("%s: Add returns %v and\n%s, want\n%s", name, err, got, want)
		}
		windows := strings.ReplaceAll(head+space+test.body+"\n}\n", "\n", "\r\n")
		got, err = protoedit.Add(windows, []protoedit.Method{{Service: "S", Name: "M", Errors: []string{"X"}}})
		if want := strings.ReplaceAll(head+space+test.want+"\n}\n", "\n", "\r\n"); err != nil || got != want {
			t.Errorf("%s, with the lines of Windows: Add returns %v and\n%q, want\n%q", name, err, got, want)
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
