import { Component, type ReactNode } from "react";
import { ErrorNote } from "@/components/page";
import { explain } from "@/lib/errors";
import { Splash } from "./splash";

/** Catches what happens before there are routes to catch it: a deployment that runs something else, or nothing at all. */
export class BootBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const { message } = explain(this.state.error);
    return (
      <Splash>
        <ErrorNote
          error={{ title: "The desk cannot be opened", message, desk: null }}
          onRetry={() => window.location.reload()}
        />
      </Splash>
    );
  }
}
