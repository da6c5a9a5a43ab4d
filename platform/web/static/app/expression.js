// Evaluates the trees of conditions that the server sends with a form, by the server's own rules:
// nothing makes a comparison false, a day compares as its first instant, a role as "is among".
// The same random trees and values run through this file and through the server in a test.

export class EvaluationError extends Error {}

const MICROSECOND_DAY = 86_400_000_000;
const MICROSECOND_MINUTE = 60_000_000;
const MAX_NUMBER = 1e15;
const MAX_MINUTES = 40_000 * 24 * 60;

class Day {
  constructor(days) { this.days = days; } // since 1970-01-01
}
class Moment {
  constructor(at) { this.at = at; } // microseconds since 1970-01-01 UTC
}
class Duration {
  constructor(length) { this.length = length; } // microseconds
}
class Holders {
  constructor(items) { this.items = items; }
}

/** Turns a value as the server encodes it into a value of the language. */
export function decode(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object") return value;
  if ("date" in value) return new Day(daysOf(value.date));
  if ("datetime" in value) return new Moment(microsecondsOf(value.datetime));
  if ("duration" in value) return new Duration(value.duration);
  if ("holders" in value) return new Holders(value.holders.map(decode));
  return value;
}

/** Turns a value back into what `decode` took. */
export function encode(value) {
  if (value instanceof Day) return { date: isoDay(value.days) };
  if (value instanceof Moment) return { datetime: isoMoment(value.at) };
  if (value instanceof Duration) return { duration: value.length };
  if (value instanceof Holders) return { holders: value.items.map(encode) };
  return Array.isArray(value) ? value.map(encode) : value;
}

function daysOf(text) {
  return Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
}

function microsecondsOf(text) {
  const [, whole, fraction] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(text) ?? [null, text, ""];
  return Date.parse(`${whole}Z`) * 1000 + Number((fraction ?? "").padEnd(6, "0") || 0);
}

function isoDay(days) {
  const day = new Date(days * 86_400_000);
  return `${String(day.getUTCFullYear()).padStart(4, "0")}-${two(day.getUTCMonth() + 1)}-${two(day.getUTCDate())}`;
}

function isoMoment(at) {
  const seconds = Math.floor(at / 1e6);
  const rest = at - seconds * 1e6;
  const moment = new Date(seconds * 1000);
  const clock = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}:${two(moment.getUTCSeconds())}`;
  const fraction = rest ? `.${String(rest).padStart(6, "0")}` : "";
  return `${isoDay(Math.floor(seconds / 86_400))}T${clock}${fraction}Z`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

/**
 * Evaluates a tree.
 * @param {Array} tree as `luongviec.forms.tree` writes it
 * @param {object} scope decoded `record`, `input`, `parameters`, `now`, `today`, and `offset_minutes`
 */
export function evaluate(tree, scope) {
  const [word, ...rest] = tree;
  const operation = OPERATIONS[word];
  if (!operation) throw new EvaluationError(`no operation ${word}`);
  return operation(rest, scope);
}

/** Whether a condition holds; `otherwise` where it cannot be evaluated. */
export function holds(tree, scope, otherwise) {
  try {
    return truth(evaluate(tree, scope));
  } catch (error) {
    if (error instanceof EvaluationError) return otherwise;
    throw error;
  }
}

const OPERATIONS = {
  literal: ([value]) => decode(value),
  path: readPath,
  items: (items, scope) => items.map((item) => evaluate(item, scope)),
  compare: ([operator, left, right], scope) =>
    compare(operator, evaluate(left, scope), evaluate(right, scope), scope),
  and: (operands, scope) => firstThat(operands, scope, (value) => !truth(value)),
  or: (operands, scope) => firstThat(operands, scope, truth),
  not: ([operand], scope) => !truth(evaluate(operand, scope)),
  none: ([operand], scope) => evaluate(operand, scope) === null,
  reckon: ([operator, left, right], scope) =>
    reckon(operator, evaluate(left, scope), evaluate(right, scope), scope),
  negative: ([operand], scope) => negative(evaluate(operand, scope), scope),
  if: ([test, then, otherwise], scope) =>
    evaluate(truth(evaluate(test, scope)) ? then : otherwise, scope),
  call: ([name, ...given], scope) => call(name, given.map((one) => evaluate(one, scope)), scope),
  filter: ([name, of, ...given], scope) =>
    filter(name, evaluate(of, scope), given.map((one) => evaluate(one, scope))),
};

function readPath(names, scope) {
  let value = scope;
  for (const name of names) {
    if (value === null) return null;
    if (typeof value !== "object" || !Object.hasOwn(value, name)) {
      throw new EvaluationError(`no name ${names.join(".")}`);
    }
    value = value[name];
  }
  return value === undefined ? null : value;
}

function firstThat(operands, scope, stops) {
  let value = null;
  for (const operand of operands) {
    value = evaluate(operand, scope);
    if (stops(value)) return value;
  }
  return value;
}

function truth(value) {
  if (value === null || value === false || value === 0 || value === "") return false;
  if (value instanceof Duration) return value.length !== 0;
  if (value instanceof Holders) return value.items.length > 0;
  return !Array.isArray(value) || value.length > 0;
}

// --- Comparing ------------------------------------------------------------------------------------

function compare(operator, left, right, scope) {
  if (left === null || right === null) return false;
  switch (operator) {
    case "==": return equal(left, right, scope);
    case "!=": return !equal(left, right, scope);
    case "in": return among(left, right, scope);
    case "not in": return !among(left, right, scope);
    default: return ordered(operator, left, right, scope);
  }
}

function itemsOf(value) {
  if (value instanceof Holders) return value.items;
  return Array.isArray(value) ? value : null;
}

function equal(left, right, scope) {
  const lefts = itemsOf(left);
  const rights = itemsOf(right);
  if (lefts && rights) {
    if (left instanceof Holders || right instanceof Holders) {
      return lefts.some((one) => rights.some((other) => equal(one, other, scope)));
    }
    return lefts.length === rights.length && lefts.every((one, at) => same(one, rights[at]));
  }
  if (lefts) return lefts.some((one) => equal(one, right, scope));
  if (rights) return rights.some((one) => equal(left, one, scope));
  if (isTime(left) && isTime(right)) {
    const [first, second] = alike(left, right, scope);
    return first === second;
  }
  if ((typeof left === "boolean") !== (typeof right === "boolean")) return false;
  return same(left, right);
}

/** Equality of plain values, as two values in a list compare: true is 1 there. */
function same(left, right) {
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  if (left instanceof Day) return right instanceof Day && left.days === right.days;
  if (left instanceof Moment) return right instanceof Moment && left.at === right.at;
  if (left instanceof Duration) return right instanceof Duration && left.length === right.length;
  const lefts = itemsOf(left);
  const rights = itemsOf(right);
  if (lefts && rights) return lefts.length === rights.length && lefts.every((one, at) => same(one, rights[at]));
  return left === right;
}

function among(left, right, scope) {
  if (typeof right === "string") {
    if (typeof left !== "string") throw new EvaluationError("a text can hold only a text");
    return right.includes(left);
  }
  const items = itemsOf(right);
  if (!items) throw new EvaluationError("'in' needs a list");
  const candidates = left instanceof Holders ? left.items : [left];
  return candidates.some((mine) => items.some((one) => one !== null && equal(mine, one, scope)));
}

function isTime(value) {
  return value instanceof Day || value instanceof Moment;
}

function isNumber(value) {
  return typeof value === "number" || typeof value === "boolean";
}

function instant(value, scope) {
  if (value instanceof Moment) return value.at;
  if (!(value instanceof Day)) throw new EvaluationError("this is no time");
  return value.days * MICROSECOND_DAY - offset(scope);
}

function offset(scope) {
  return (scope.offset_minutes ?? 0) * MICROSECOND_MINUTE;
}

function alike(left, right, scope) {
  if (left instanceof Day && right instanceof Day) return [left.days, right.days];
  return [instant(left, scope), instant(right, scope)];
}

function ordered(operator, left, right, scope) {
  let order;
  if (isTime(left) && isTime(right)) {
    const [first, second] = alike(left, right, scope);
    order = first - second;
  } else if (isNumber(left) && isNumber(right)) {
    order = Number(left) - Number(right);
  } else if (typeof left === "string" && typeof right === "string") {
    order = byCodePoint(left, right);
  } else if (left instanceof Duration && right instanceof Duration) {
    order = left.length - right.length;
  } else {
    throw new EvaluationError("these values have no order");
  }
  switch (operator) {
    case "<": return order < 0;
    case "<=": return order <= 0;
    case ">": return order > 0;
    default: return order >= 0;
  }
}

function byCodePoint(left, right) {
  const lefts = Array.from(left);
  const rights = Array.from(right);
  for (let at = 0; at < Math.min(lefts.length, rights.length); at += 1) {
    const difference = lefts[at].codePointAt(0) - rights[at].codePointAt(0);
    if (difference) return difference;
  }
  return lefts.length - rights.length;
}

// --- Reckoning ------------------------------------------------------------------------------------

function reckon(operator, left, right, scope) {
  if (left === null || right === null) return null;
  if (isTime(left) || isTime(right)) return moved(operator, left, right, scope);
  if (left instanceof Duration || right instanceof Duration) return durations(operator, left, right);
  if (!isNumber(left) || !isNumber(right)) throw new EvaluationError("these cannot be reckoned with");
  return numbers(operator, Number(left), Number(right));
}

function numbers(operator, left, right) {
  if (Math.abs(left) > MAX_NUMBER || Math.abs(right) > MAX_NUMBER) throw new EvaluationError("out of bounds");
  if (["/", "//", "%"].includes(operator) && right === 0) return null;
  let result;
  switch (operator) {
    case "+": result = left + right; break;
    case "-": result = left - right; break;
    case "*": result = left * right; break;
    case "/": result = left / right; break;
    case "//": result = floorDivided(left, right)[0]; break;
    case "%": result = floorDivided(left, right)[1]; break;
    default: throw new EvaluationError(`no operator ${operator}`);
  }
  if (Math.abs(result) > MAX_NUMBER) throw new EvaluationError("out of bounds");
  return result;
}

/** Quotient and remainder as Python reckons them: the remainder has the divisor's sign. */
function floorDivided(left, right) {
  let remainder = left % right;
  let quotient = (left - remainder) / right;
  if (remainder && (right < 0) !== (remainder < 0)) {
    remainder += right;
    quotient -= 1;
  }
  let whole = Math.floor(quotient);
  if (quotient - whole > 0.5) whole += 1;
  return [whole, remainder];
}

function moved(operator, left, right, scope) {
  if (isTime(left) && isTime(right) && operator === "-") {
    const [first, second] = alike(left, right, scope);
    return new Duration(left instanceof Day && right instanceof Day ? (first - second) * MICROSECOND_DAY : first - second);
  }
  if (operator === "+" && isTime(right)) [left, right] = [right, left];
  if (isTime(left) && right instanceof Duration && (operator === "+" || operator === "-")) {
    const step = operator === "+" ? right.length : -right.length;
    if (left instanceof Day && step % MICROSECOND_DAY === 0) return new Day(left.days + step / MICROSECOND_DAY);
    return new Moment(instant(left, scope) + step);
  }
  throw new EvaluationError("moments move by durations");
}

function durations(operator, left, right) {
  const both = left instanceof Duration && right instanceof Duration;
  if (both && operator === "+") return new Duration(left.length + right.length);
  if (both && operator === "-") return new Duration(left.length - right.length);
  if (both && operator === "/") return right.length ? left.length / right.length : null;
  if (left instanceof Duration && isNumber(right) && operator === "/") {
    return Number(right) ? new Duration(rounded(left.length / Number(right))) : null;
  }
  if (left instanceof Duration && isNumber(right) && operator === "*") {
    return new Duration(rounded(left.length * Number(right)));
  }
  if (right instanceof Duration && isNumber(left) && operator === "*") {
    return new Duration(rounded(right.length * Number(left)));
  }
  throw new EvaluationError("these durations cannot be reckoned with");
}

/** Rounds half to even, as Python does. */
function rounded(number) {
  const floor = Math.floor(number);
  const rest = number - floor;
  if (rest !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
}

function negative(value, scope) {
  if (value === null) return null;
  const nothing = reckon("-", value, value, scope);
  return reckon("-", nothing, value, scope);
}

// --- Functions and filters ----------------------------------------------------------------------------

const MINUTES = { days: 24 * 60, hours: 60, minutes: 1 };

function call(name, given, scope) {
  if (name in MINUTES) return lasting(given, MINUTES[name]);
  if (name === "start_of") return startOf(given[0], given[1], scope);
  if (name === "end_of") return endOf(given[0], given[1], scope);
  throw new EvaluationError(`no function ${name}`);
}

function lasting([count], minutes) {
  if (count === null) return null;
  if (!isNumber(count) || Math.abs(Number(count) * minutes) > MAX_MINUTES) throw new EvaluationError("out of bounds");
  return new Duration(rounded(Number(count) * minutes * MICROSECOND_MINUTE));
}

/** Gives the local day on which a moment falls. */
function dayOf(value, scope) {
  if (value instanceof Day) return value.days;
  if (!(value instanceof Moment)) throw new EvaluationError("this is no time");
  return Math.floor((value.at + offset(scope)) / MICROSECOND_DAY);
}

function firstDay(days, unit) {
  const day = new Date(days * 86_400_000);
  const year = day.getUTCFullYear();
  const month = day.getUTCMonth();
  const first = (ofMonth) => Math.round(Date.UTC(year, ofMonth, 1) / 86_400_000);
  switch (unit) {
    case "day": return days;
    case "week": return days - ((day.getUTCDay() + 6) % 7);
    case "month": return first(month);
    case "quarter": return first(Math.floor(month / 3) * 3);
    case "year": return first(0);
    default: throw new EvaluationError(`no unit of time ${unit}`);
  }
}

const LONGEST = { week: 7, month: 31, quarter: 92, year: 366 };

function startOf(value, unit, scope) {
  if (value === null) return null;
  if (unit === "hour") {
    const shift = offset(scope);
    const hour = 60 * MICROSECOND_MINUTE;
    return new Moment(Math.floor((instant(value, scope) + shift) / hour) * hour - shift);
  }
  return new Moment(instant(new Day(firstDay(dayOf(value, scope), unit)), scope));
}

function endOf(value, unit, scope) {
  if (value === null) return null;
  const start = startOf(value, unit, scope);
  if (unit === "hour") return new Moment(start.at + 60 * MICROSECOND_MINUTE - 1);
  const first = dayOf(start, scope);
  const next = unit === "day" ? first + 1 : firstDay(first + LONGEST[unit], unit);
  return new Moment(instant(new Day(next), scope) - 1);
}

function filter(name, value, given) {
  if (name === "default") return value === null || value === "" ? given[0] : value;
  if (name === "length") {
    if (value === null) return 0;
    if (typeof value === "string") return Array.from(value).length;
    const items = itemsOf(value);
    if (items) return items.length;
  }
  throw new EvaluationError(`no filter ${name} for this`);
}
