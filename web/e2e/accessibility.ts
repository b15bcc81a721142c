import type { Page } from "@playwright/test";
import axe from "axe-core";

interface Finding {
  id: string;
  impact: string | null;
  targets: string[];
}

/** Serious and critical faults of accessibility on the page as it stands. */
export async function accessibilityFaults(page: Page): Promise<Finding[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<Finding[]>(`
    axe.run(document, { resultTypes: ["violations"] }).then((done) => done.violations.map((one) => ({
      id: one.id, impact: one.impact, targets: one.nodes.slice(0, 3).map((node) => node.html),
    })))
  `);
  return found.filter((one) => one.impact === "serious" || one.impact === "critical");
}
