// Every page works without this script and is better with it.
import htmx from "htmx.org";
import { watchCountdowns } from "./countdown.js";
import { tendSheets } from "./sheet.js";

// The Content-Security-Policy allows neither inline styles nor code made of text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;

document.documentElement.classList.replace("no-js", "js");
watchCountdowns();
tendSheets(document);
