// The log: one sentence for each event, and the HTTP exchange behind it.

const MAX_ENTRIES = 40;
const story = document.getElementById("story");
const wire = document.getElementById("wire");
const placeholder = document.getElementById("no-wire");

export const element = (tag, className = "", text = "") => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

export const tell = (sentence, tone = "") => {
  story.textContent = sentence;
  story.dataset.tone = tone;
};

export const toneOf = (status) => (status >= 200 && status < 400 ? "good" : status === 401 ? "bad" : "odd");

const summary = (name, done) => {
  const line = element("summary");
  const what = element("code", "request", `${done.method} ${done.path}`);
  line.append(element("span", "who", name), what, element("span", `code ${toneOf(done.status)}`, done.status || "—"));
  return line;
};

// Show an exchange on top, open, and close the others.
export const record = (name, done, sentence) => {
  const details = element("details");
  const [request, response] = done.show();
  details.append(summary(name, done), element("p", "sentence", sentence), element("pre", "request", request), element("pre", "response", response));
  details.open = true;
  wire.querySelectorAll("details[open]").forEach((other) => (other.open = false));
  const entry = element("li");
  entry.append(details);
  wire.prepend(entry);
  while (wire.children.length > MAX_ENTRIES) wire.lastChild.remove();
  placeholder.hidden = true;
  tell(sentence, toneOf(done.status));
};
