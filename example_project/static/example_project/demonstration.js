// Two devices, and what they have in common.

import { Device } from "./device.js";
import { keepLooking } from "./live.js";
import { tell } from "./log.js";

const password = document.getElementById("password");
const about = document.getElementById("about");
const chosen = () => document.querySelector("input[name=kind]:checked");

// The link that the terminal prints has it; what follows a "#" is sent to nobody.
password.value = new URLSearchParams(location.hash.slice(1)).get("password") ?? "";

const others = (device) => devices.filter((other) => other !== device && other.access);

const page = {
  kind: () => chosen().value,
  password: () => password.value,
  askPassword: () => {
    tell("First type the password: the terminal in which the demonstration was started shows it.", "odd");
    password.focus();
  },
  devices: () => devices,
  loggedIn: (device) => {
    const same = others(device).find((other) => other.family === device.family);
    if (same) return `${device.name} logs in as ${device.user}, and is given the very token that ${same.name} has: Django REST framework has one for each user.`;
    const what = device.refreshToken ? "a session begins, with an access and a refresh token" : "it holds a token now";
    return `${device.name} logs in as ${device.user}: ${what}.`;
  },
};

const devices = [...document.querySelectorAll(".device")].map((root) => new Device(root, page));

document.querySelector(".kinds").addEventListener("change", () => (about.textContent = chosen().dataset.about));

document.getElementById("setup").addEventListener("submit", (event) => event.preventDefault());

keepLooking(page.devices);
