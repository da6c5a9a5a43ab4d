// Reads the controls of a form into values of the language, as the server would read them.
// A text that means nothing counts as empty: the server says what to mend when the form is sent.

const NAMED_DAYS = { "hôm nay": 0, nay: 0, today: 0, "ngày mai": 1, mai: 1, tomorrow: 1, "ngày kia": 2, mốt: 2, "hôm qua": -1, yesterday: -1 };

/** Gives the encoded value (see expression.js) of one control, `null` where it is empty. */
export function valueOf(field, context) {
  const { widget, kind } = field.dataset;
  const many = "many" in field.dataset || kind === "role" || widget === "files";
  const texts = textsOf(field);
  if (kind === "role") return { holders: texts.map(Number).filter(Number.isInteger) };
  if (widget === "boolean") return texts.includes("true");
  const values = texts.map((text) => readText(widget, text, context)).filter((value) => value !== null);
  return many ? values : (values[0] ?? null);
}

function textsOf(field) {
  const own = (input) => input.closest("[data-field]") === field && !input.closest("noscript");
  const inputs = [...field.querySelectorAll("input[name], select[name], textarea[name]")].filter(own);
  return inputs.flatMap((input) => {
    if (input.type === "file") return [...input.files].map((file) => file.name);
    if ((input.type === "checkbox" || input.type === "radio") && !input.checked) return [];
    return input.value.trim() ? [input.value] : [];
  });
}

/** Reads one typed text of a control, `null` where it means nothing. */
export function readText(widget, typed, context) {
  const text = typed.trim().normalize("NFC");
  switch (widget) {
    case "number": return numberOf(text);
    case "date": { const day = dayOf(text.toLowerCase(), context); return day && { date: day }; }
    case "datetime": return momentOf(text.toLowerCase(), context);
    case "duration": return null;
    case "people": case "units": case "record": case "files": return /^\d+$/.test(text) ? Number(text) : text;
    default: return text || null;
  }
}

/** Reads `1,8`, `1.8`, `2.316` (two thousand) and `1.234.567,5`. */
export function numberOf(text) {
  let digits = text.replace(/\s/g, "").replace(/%$/, "");
  if (digits.includes(",") && digits.includes(".")) {
    const group = digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "." : ",";
    digits = digits.replaceAll(group, "").replace(",", ".");
  } else if ((digits.match(/,/g) ?? []).length > 1) {
    digits = digits.replaceAll(",", "");
  } else if (digits.includes(",")) {
    digits = digits.replace(",", ".");
  } else if (/^-?\d{1,3}(\.\d{3})+$/.test(digits)) {
    digits = digits.replaceAll(".", "");
  }
  return /^-?(\d{1,20}(\.\d+)?|\.\d+)$/.test(digits) ? Number(digits) : null;
}

/** Gives the ISO day that a text means, `null` if it means none. */
export function dayOf(text, context) {
  const today = new Date(`${context.today.date}T00:00:00Z`);
  const named = NAMED_DAYS[text];
  if (named !== undefined) return moved(today, named);
  const later = /^([+-])\s?(\d{1,4})\s?(ngày|tuần|days?|weeks?|d|w)?$/.exec(text);
  if (later) {
    const days = Number(later[2]) * (later[3] && "tw".includes(later[3][0]) ? 7 : 1);
    return moved(today, later[1] === "-" ? -days : days);
  }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return isoDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const typed = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?$/.exec(text);
  if (!typed) return null;
  const [day, month] = [Number(typed[1]), Number(typed[2])];
  if (typed[3]) return isoDay(typed[3].length === 4 ? Number(typed[3]) : 2000 + Number(typed[3]), month, day);
  const year = today.getUTCFullYear();
  const thisYear = isoDay(year, month, day);
  if (thisYear && (today - new Date(`${thisYear}T00:00:00Z`)) / 86_400_000 <= 183) return thisYear;
  return isoDay(year + 1, month, day) ?? thisYear;
}

function momentOf(text, context) {
  const words = text.replaceAll(",", " ").split(/\s+/).filter(Boolean);
  for (let at = words.length; at > 0; at -= 1) {
    for (const [dayText, clockText] of [[words.slice(0, at), words.slice(at)], [words.slice(at), words.slice(0, at)]]) {
      const day = dayText.length ? dayOf(dayText.join(" "), context) : context.today.date;
      const clock = clockText.length ? clockOf(clockText.join(" ")) : "17:00:00";
      if (day && clock && (dayText.length || clockText.length)) return instant(day, clock, context);
    }
  }
  return null;
}

function clockOf(text) {
  const match = /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?|\s?(?:h|giờ|g)\s?(\d{2})?)$/.exec(text);
  if (!match) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? match[4] ?? 0), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return [hour, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
}

function instant(day, clock, context) {
  const utc = new Date(Date.parse(`${day}T${clock}Z`) - (context.offset_minutes ?? 0) * 60_000);
  return { datetime: utc.toISOString().replace(".000Z", "Z") };
}

function isoDay(year, month, day) {
  const found = new Date(Date.UTC(year, month - 1, day));
  const exists = found.getUTCMonth() === month - 1 && found.getUTCDate() === day && year >= 1900 && year <= 2199;
  return exists ? found.toISOString().slice(0, 10) : null;
}

function moved(today, days) {
  return new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** What a form holds, with where it stands, for the questions that are asked while one types. Without files. */
export function headlessParts(form) {
  const body = form.querySelector("[data-form-body]");
  const given = new FormData();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && (!name.startsWith("_") || ["_draft", "_draft_version", "_for"].includes(name))) given.append(name, value);
  }
  const { module, owner, relation } = body.dataset;
  given.append("_module", module);
  given.append("_address", form.dataset.draftAddress ?? "");
  if (owner) given.append("_owner", owner);
  if (relation) given.append("_relation", relation);
  return given;
}
