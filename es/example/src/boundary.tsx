// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { fromError } from "@errpact/errors";
import { AuthExpired, AuthInvalid, AuthNotProvided } from "@errpact/errors/builtin";
import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** Has queries try again. */
  readonly reset: () => void;
  readonly signIn: () => void;
}

/** Shows an error that no component handles, and what can be done about it. */
export class Boundary extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const e = fromError(error);
    const signIn = [AuthNotProvided, AuthInvalid, AuthExpired].some((code) => code.is(error));
    const again = (): void => {
      if (signIn) this.props.signIn();
      this.props.reset();
      this.setState({ error: undefined });
    };
    return (
      <div role="alert">
        <p>{e ? (e.localizedMessage ?? e.message) : "This page has a bug."}</p>
        {e?.requestId && <code>{e.requestId}</code>}
        <button type="button" onClick={again}>
          {signIn ? "Sign in" : "Try again"}
        </button>
      </div>
    );
  }
}
