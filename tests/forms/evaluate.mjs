// Evaluates trees with the browser's evaluator: one JSON line in, one out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const source = readFileSync(process.argv[2]).toString("base64");
const { EvaluationError, decode, encode, evaluate } = await import(`data:text/javascript;base64,${source}`);

for await (const line of createInterface({ input: process.stdin })) {
  const { tree, scope } = JSON.parse(line);
  const decoded = { offset_minutes: scope.offset_minutes };
  for (const name of ["record", "input", "parameters"]) {
    decoded[name] = Object.fromEntries(Object.entries(scope[name]).map(([key, value]) => [key, decode(value)]));
  }
  decoded.now = decode(scope.now);
  decoded.today = decode(scope.today);
  let answer;
  try {
    answer = { value: encode(evaluate(tree, decoded)) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    answer = { error: true };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
