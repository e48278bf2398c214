// Limits under a day count down in place. The server's clock rules: only the time since the page came is measured here.
const english = document.documentElement.lang.startsWith("en");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function watchCountdowns() {
  const served = Date.parse(document.querySelector("meta[name=served-at]")?.content ?? "");
  if (Number.isNaN(served)) return;
  const arrived = performance.now();
  const tick = () => {
    const now = served + performance.now() - arrived;
    document.querySelectorAll("[data-due-at]").forEach((place) => tell(place, Date.parse(place.dataset.dueAt) - now));
  };
  tick();
  setInterval(tick, 1000);
}

function tell(place, left) {
  if (Math.abs(left) >= 24 * HOUR) return;
  place.classList.toggle("due-overdue", left <= 0);
  place.classList.toggle("due-today", left > 0);
  const words = place.querySelector(".due-words") ?? place;
  const said = left > 0 ? remaining(left) : late(-left);
  if (words.textContent !== said) words.textContent = said;
}

const remaining = (span) => (english ? `${clock(span)} left` : `还剩 ${clock(span)}`);
const late = (span) => (english ? `overdue by ${clock(span)}` : `已逾期 ${clock(span)}`);

function clock(span) {
  const hours = Math.floor(span / HOUR);
  const minutes = Math.floor((span % HOUR) / MINUTE);
  const seconds = Math.floor((span % MINUTE) / 1000);
  if (hours) return english ? `${hours} h ${minutes} min` : `${hours} 小时 ${minutes} 分`;
  return `${minutes}:${String(seconds).padStart(2, "0")}`;
}
