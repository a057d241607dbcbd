// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Typed errors of services that use errpact, over Connect, gRPC-Web and REST, in browsers and in Node.
 *
 * @packageDocumentation
 */

export {
  type Catalogue,
  type Code,
  type CodeOptions,
  catalogue,
  code,
  type ErrorArguments,
  type ErrorOf,
  type ErrorOptions,
  type Fault,
  type ReasonOptions,
  type RetryCalls,
  reason,
} from "./code.js";
export { type Contract, contract } from "./contract.js";
export { type CheckResponseOptions, checkResponse, type ResponseLike } from "./envelope.js";
export { ErrpactError } from "./error.js";
export type { ErrpactErrorJson, FieldViolation } from "./facts.js";
export { faultOf } from "./fault.js";
export { type FieldErrorsOptions, fieldErrors } from "./form.js";
export { type FromErrorOptions, fromError, fromJSON } from "./from.js";
export { type NoParams, type Params, type ParamType, type ParamValue, type Template, template } from "./params.js";
export { retry, retryDelay } from "./query.js";
export { type Retry, retryOf } from "./retry.js";
