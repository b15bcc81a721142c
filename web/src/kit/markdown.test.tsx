import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Markdown } from "./Markdown";
import { blocksOf, inlinesOf } from "./markdown";

afterEach(cleanup);

const text = (words: string) => ({ kind: "text" as const, text: words });

describe("markdown", () => {
  it("knows what people use for instructions", () => {
    const blocks = blocksOf("## 步骤\n\n1. 重启\n2. 清空\n\n> 注意\n```\nsystemctl\n\nrestart\n```");
    expect(blocks).toEqual([
      { kind: "heading", level: 2, parts: [text("步骤")] },
      { kind: "list", ordered: true, items: [[text("重启")], [text("清空")]] },
      { kind: "quote", lines: [[text("注意")]] },
      { kind: "code", text: "systemctl\n\nrestart" },
    ]);
  });

  it("keeps lines of a paragraph and parts paragraphs at empty lines", () => {
    expect(blocksOf("a\r\nb\n\nc")).toEqual([
      { kind: "paragraph", lines: [[text("a")], [text("b")]] },
      { kind: "paragraph", lines: [[text("c")]] },
    ]);
    expect(blocksOf("")).toEqual([]);
    expect(blocksOf("```\nopen")).toEqual([{ kind: "code", text: "open" }]);
  });

  it("marks parts of a line, and leaves alone what is none", () => {
    expect(inlinesOf("重启 **后台服务** `spooler` 2*3")).toEqual([
      text("重启 "),
      { kind: "strong", text: "后台服务" },
      text(" "),
      { kind: "code", text: "spooler" },
      text(" 2*3"),
    ]);
    const link = { kind: "link", text: "the form", href: "https://example.org/a?b=1" };
    expect(inlinesOf("[the form](https://example.org/a?b=1)")).toEqual([link]);
    const bad = "[x](javascript:alert(1))";
    expect(inlinesOf(bad)).toEqual([text(bad)]);
  });

  it("shows HTML as text and links that tell nothing about us", () => {
    render(<Markdown text={"<img src=x onerror=alert(1)>\n\n[form](https://example.org/)"} />);
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeDefined();
    expect(document.querySelector("img")).toBeNull();
    const link = screen.getByRole("link", { name: "form" });
    expect(link.getAttribute("rel")).toBe("noreferrer noopener");
  });
});
