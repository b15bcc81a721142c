import type { Page } from "@playwright/test";

/**
 * Chromium reports each refused request; being signed out is answered with 401 by design. The sandbox
 * in which a mail is previewed keeps scripts out, the test tool's own as well.
 */
const EXPECTED = /status of 401|Blocked script execution in 'about:srcdoc'/;

/** Collects what a page complains about: errors on the console and uncaught exceptions. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) {
      complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return complaints;
}
