// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/** The entries of the built-in catalogue without "ERROR_CODE_", and their reasons. A test writes them. */
export const builtinNames: Readonly<Record<string, readonly string[]>> = {
  UNKNOWN: [],
  NOT_ALLOWED: [],
  NOT_REALIZED: [],
  INVALID_STRUCTURE: ["MISSING_PAYLOAD"],
  INVALID_VALUE: ["NO_MEDIA"],
  INVALID_TYPE: ["CONTAINER_DAMAGED"],
  AUTH_NOT_PROVIDED: [],
  AUTH_INVALID: [],
  AUTH_EXPIRED: [],
  AUTH_FORBIDDEN: [],
  NOT_EXIST: [],
  EXTERNAL_SERVICE: ["UNREACHABLE", "BROKEN", "TIMED_OUT", "REJECTED"],
  DATABASE: ["TEMPORARILY_UNAVAILABLE"],
  CONTAINER_NOT_PROVIDED: [],
  CONTAINER_UNPACKING_FAILED: ["INVALID_CONTAINER", "INVALID_SIGNATURE", "INVALID_HASH", "INVALID_SESSION_TOKEN"],
};
