"""What a screen needs: a font with Chinese characters, and for the browser tests a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian
from tools.steps import Missing, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
FONTS = "fonts-noto-cjk"


def find_chromium() -> str | None:
    """Path of a Chromium: the one named in ANLIU_CHROMIUM, else the first one on the search path."""
    named = os.environ.get("ANLIU_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def bring_chromium() -> None:
    """Make sure that the browser tests find a Chromium and can draw Chinese."""
    if not find_chromium():
        debian.install("chromium", FONTS, what="Chromium for the browser tests")
    bring_fonts()


def bring_fonts() -> None:
    """Install a Chinese font where the machine has none; where that is not possible, say so and go on."""
    if has_chinese_font():
        return
    try:
        debian.install(FONTS, what="a Chinese font for the browser")
    except Missing as missing:
        say(str(missing))


def has_chinese_font() -> bool:
    """True where fonts are not ours to manage, or fontconfig knows one that covers Chinese."""
    if sys.platform != "linux":
        return True
    lister = shutil.which("fc-list")
    if lister is None:
        return any(Path("/usr/share/fonts").glob("**/*CJK*"))
    listed = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())
