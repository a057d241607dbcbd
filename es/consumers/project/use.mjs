// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { ErrpactError, fromError, fromJSON } from "@errpact/errors";
import { NotExist } from "@errpact/errors/builtin";

const e = NotExist.error();
assert.ok(e instanceof ErrpactError);
assert.equal(fromError(fromJSON(e.toJSON()))?.number, 10);
console.log(e.message);
