// What happened: one sentence for everybody, and the exchange for whoever wants to see it.

const MOST = 40;
const story = document.getElementById("story");
const wire = document.getElementById("wire");
const nothing = document.getElementById("no-wire");

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

export const toneOf = (status) => (status >= 200 && status < 300 ? "good" : status === 401 ? "bad" : "odd");

const summary = (name, done) => {
  const line = element("summary");
  const what = element("code", "request", `${done.method} ${done.path}`);
  line.append(element("span", "who", name), what, element("span", `code ${toneOf(done.status)}`, done.status || "—"));
  return line;
};

// Show an exchange on top, open; the one before it closes.
export const record = (name, done, sentence) => {
  const details = element("details");
  const [request, response] = done.show();
  details.append(summary(name, done), element("p", "sentence", sentence), element("pre", "request", request), element("pre", "response", response));
  details.open = true;
  wire.querySelectorAll("details[open]").forEach((other) => (other.open = false));
  const entry = element("li");
  entry.append(details);
  wire.prepend(entry);
  while (wire.children.length > MOST) wire.lastChild.remove();
  nothing.hidden = true;
  tell(sentence, toneOf(done.status));
};
