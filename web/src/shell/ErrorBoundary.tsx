import { Button, Result } from "antd";
import { Component } from "react";
import type { ReactNode } from "react";

export interface ErrorBoundaryProps {
  title: string;
  about: string;
  reload: string;
  children: ReactNode;
}

/** Keeps one failed page from taking the frame with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Result
        status="error"
        title={this.props.title}
        subTitle={this.props.about}
        extra={
          <Button type="primary" onClick={() => window.location.reload()}>
            {this.props.reload}
          </Button>
        }
      />
    );
  }
}
