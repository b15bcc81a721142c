import type { Page } from "@playwright/test";
import axe from "axe-core";

interface Finding {
  id: string;
  impact: string | null;
  targets: string[];
}

/** The rules whose outcome depends on colours; all others see the same in every theme. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** A colour on its way to another one is neither: waits until nothing moves that ever ends. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

async function run(page: Page, options: object): Promise<Finding[]> {
  await still(page);
  // It stays as long as the document does.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const asked = JSON.stringify({ resultTypes: ["violations"], ...options });
  const found = await page.evaluate<Finding[]>(`
    axe.run(document, ${asked}).then((done) => done.violations.map((one) => ({
      id: one.id, impact: one.impact, targets: one.nodes.slice(0, 3).map((node) => node.html),
    })))
  `);
  return found.filter((one) => one.impact === "serious" || one.impact === "critical");
}

/** Serious and critical faults of accessibility on the page as it stands. */
export function accessibilityFaults(page: Page): Promise<Finding[]> {
  return run(page, {});
}

/** Those of its colours only. */
export function colourFaults(page: Page): Promise<Finding[]> {
  return run(page, { runOnly: { type: "rule", values: COLOURS } });
}
