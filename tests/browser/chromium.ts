import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Starts the Chromium of this machine, without a window. */
export async function launchChromium(): Promise<Browser> {
  const given = process.env.CHROMIUM_PATH;
  const executablePath = given ?? usual.find((path) => existsSync(path));
  if (!executablePath || !existsSync(executablePath)) {
    throw new Error(
      `${given ? `There is no Chromium at ${given} (CHROMIUM_PATH).` : `There is no Chromium at ${usual.join(", ")}.`} ` +
        "On Debian `apt-get install chromium` brings one; CHROMIUM_PATH says where another is.",
    );
  }
  return await chromium.launch({
    executablePath,
    // Root has no sandbox of its own, and a container's /dev/shm is small. Only pages of the test's own are opened.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
