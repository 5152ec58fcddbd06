"""The page of the docs that lists the profiles, made from their data."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_readiness.config.profiles import PROFILES, Limit, Profile
from pytest_readiness.model.policy import Level, Missing

_INTRODUCTION = """\
# Profiles

<!-- Made from the data by pytest_readiness.config.reference: edit that, not this page. -->

A profile is a named set of gates to start from:

```toml
[tool.pytest-readiness]
profile = "library@1"
```

A gate of your own on a metric replaces the profile's gate on it, `false` removes it, and a table without
`require` changes some of its settings (see [configuration](configuration.md)). Without any configuration
the profile is `starter@1`.

A profile never changes once it is released. A better one is a new version, and a name without a
version means version 1: no upgrade of this package moves a gate by itself.

No profile turns a run red for what is nobody's fault. A change of documentation only has no line to
cover: patch coverage is not applicable. A fork, a shallow clone or a first day has nothing to compare
with: that is a risk, which is shown and does not fail the run. What a plugin would have to measure
(pytest-timeout, pytest-benchmark) is a risk where the plugin is missing, or left out where the page says so.

"Level" is what a gate that is not met does: `block` makes the verdict NOT READY, `risk` makes it READY
WITH RISKS. "When missing" is what happens when its metric could not be measured: `fail` counts as not met,
`risk` is a risk, `skip` leaves it out. Each is printed.
"""


def profiles_page() -> str:
    """``docs/profiles.md``."""
    return "\n".join([_INTRODUCTION, *(_profile(profile) for profile in PROFILES.values())])


def _profile(profile: Profile) -> str:
    rows = "\n".join(_rows(profile.limits))
    return (
        f"## {profile.name}\n\n{profile.description}\n\n"
        f"| metric | required | level | when missing | why |\n|---|---|---|---|---|\n{rows}\n"
    )


def _rows(limits: tuple[Limit, ...]) -> Iterator[str]:
    for limit in limits:
        level = "**block**" if limit.level is Level.BLOCK else limit.level.value
        missing = limit.when_missing.value
        shown = missing if limit.when_missing is Missing.FAIL else f"**{missing}**"
        yield f"| `{limit.metric}` | `{limit.require}` | {level} | {shown} | {limit.why} |"
