// Reads typed texts with the browser's reader: one JSON line in, one out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const source = readFileSync(process.argv[2]).toString("base64");
const { readText } = await import(`data:text/javascript;base64,${source}`);

for await (const line of createInterface({ input: process.stdin })) {
  const { widget, text, context } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(readText(widget, text, context))}\n`);
}
