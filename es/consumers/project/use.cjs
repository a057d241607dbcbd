// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

const assert = require("node:assert/strict");
const { ErrpactError, fromError } = require("@errpact/errors");
const { NotExist } = require("@errpact/errors/builtin");

import("@errpact/errors/builtin").then((esm) => {
  // The copies of CommonJS and of ESM know each other's errors.
  const e = esm.NotExist.error();
  assert.ok(e instanceof ErrpactError);
  assert.ok(NotExist.is(e) && fromError(e) === e);
  console.log(NotExist.error().message);
});
