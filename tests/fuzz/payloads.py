"""Code in many languages, for every field of a definition: text where text may stand, never anything that runs."""

from __future__ import annotations

from itertools import islice, product

COUNT = 500
_COMMANDS = ("touch /tmp/anliu-owned", "id", "cat /etc/passwd", "calc.exe", "curl http://127.0.0.1:9/x")
_SHAPES = (
    "__import__('os').system('{}')", "eval(\"__import__('os').popen('{}').read()\")", "exec('import os; os.system(\"{}\")')",
    "().__class__.__bases__[0].__subclasses__()[-1]('{}')", "lambda: __import__('subprocess').call('{}', shell=True)",
    "!!python/object/apply:os.system ['{}']", "!!python/name:os.system {}", "{{{{ cycler.__init__.__globals__.os.popen('{}') }}}}",
    "{{% for x in ''.__class__.__mro__ %}}{}{{% endfor %}}", "${{T(java.lang.Runtime).getRuntime().exec('{}')}}", "#{{'{}'.execute()}}",
    "${{jndi:ldap://127.0.0.1/{}}}", "<script>fetch('{}')</script>", "<img src=x onerror=alert('{}')>", "<%= `{}` %>",
    "<?php system('{}'); ?>",
    "'; DROP TABLE tasks; -- {}", "\" OR 1=1; -- {}", "$({})", "`{}`", "; {} #", "| {}", "&& {}", "%x({})",
    "require('child_process').exec('{}')",
    "new java.lang.ProcessBuilder('{}').start()", "execution.setVariable('x', '{}')", "@{{[System.Diagnostics.Process]::Start('{}')}}",
    "=function() external {{java: {{class: \"java.lang.Runtime\", method signature: \"exec('{}')\"}}}}",
    "=get value(__import__, \"{}\")", "=cmd|' /C {}'!A0", "@SUM(1+1)*cmd|'{}'!A1", "\\input{{|{}}}", "%n%s%x{}",
)
_WRAPS = ("{}", "={}", "\"{}\"")


def payloads(count: int = COUNT) -> tuple[str, ...]:
    """Different payloads, as many as asked for (at most 510)."""
    every = (wrap.format(shape.format(command)) for wrap, shape, command in product(_WRAPS, _SHAPES, _COMMANDS))
    return tuple(islice(dict.fromkeys(every), count))
