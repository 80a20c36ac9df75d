// The page: two devices, the browser, the kind of token, and the password.

import { Browser } from "./browser.js";
import { Device } from "./device.js";
import { keepRefreshing } from "./live.js";
import { tell } from "./log.js";

const password = document.getElementById("password");
const about = document.getElementById("about");
const chosen = () => document.querySelector("input[name=kind]:checked");

// The link in the terminal contains it. Browsers do not send the part after "#".
password.value = new URLSearchParams(location.hash.slice(1)).get("password") ?? "";

const others = (device) => devices.filter((other) => other !== device && other.access);

const page = {
  kind: () => chosen().value,
  password: () => password.value,
  askPassword: () => {
    tell("Enter the password first. The terminal of the demonstration shows it.", "odd");
    password.focus();
  },
  devices: () => devices,
  loggedIn: (device) => {
    const same = others(device).find((other) => device.session && other.session === device.session);
    if (same) return `${device.name} logs in as ${device.user}, and gets the same token as ${same.name}: Django REST framework has one for each user.`;
    const what = device.refreshToken ? "a session starts, with an access and a refresh token" : "it gets a token";
    return `${device.name} logs in as ${device.user}: ${what}.`;
  },
};

const devices = [...document.querySelectorAll(".device")].map((root) => ("user" in root.dataset ? new Browser(root, page) : new Device(root, page)));

document.querySelector(".kinds").addEventListener("change", () => (about.textContent = chosen().dataset.about));

document.getElementById("setup").addEventListener("submit", (event) => event.preventDefault());

keepRefreshing(page.devices);
