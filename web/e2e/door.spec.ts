import { expect, test } from "@playwright/test";

/** The door of a server, whether it is fresh or set up. */
const DOORS = {
  en: /Sign in|Set up the first administrator/,
  zh: /登录|创建首个管理员/,
} as const;

for (const language of ["en", "zh"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`a stranger is led to the door, ${language} and ${colorScheme}`, async ({ browser }) => {
      const locale = language === "zh" ? "zh-CN" : "en-GB";
      const context = await browser.newContext({ locale, colorScheme });
      const page = await context.newPage();
      const refused: string[] = [];
      page.on("console", (line) => {
        if (line.text().includes("Content Security Policy")) refused.push(line.text());
      });
      await page.goto("/journal");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(DOORS[language]);
      await expect(page.locator("html")).toHaveAttribute("data-shade", colorScheme);
      expect(refused).toEqual([]);
      await context.close();
    });
  }
}
