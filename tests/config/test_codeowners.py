from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_readiness.config import codeowners
from pytest_readiness.config.codeowners import read_owners
from pytest_readiness.config.owner_lines import owner_rules
from pytest_readiness.config.owner_patterns import PatternError, github_pattern, gitlab_pattern
from pytest_readiness.config.table import Source, Table
from pytest_readiness.model.requirement import OwnerRule


def table(**data: object) -> Table:
    return Table(source=Source(name="pyproject.toml"), path=(), data=data)


def write(path: Path, text: str = "* @everybody\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def repository(root: Path) -> Path:
    (root / ".git").mkdir(parents=True)
    return root


def read(root: Path, **data: object) -> tuple[OwnerRule, ...]:
    return read_owners(table(**data), root)


def matched(regex: str, paths: str) -> str:
    return " ".join(path for path in paths.split() if re.fullmatch(regex, path))


PATHS = "app.js src/app.js docs/a.md docs/deep/b.md build/logs/x.log src/docs/c.md logs src/build/logs/y.log"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", PATHS),
        ("**", PATHS),
        ("/**", PATHS),
        ("*.js", "app.js src/app.js"),
        ("/*.js", "app.js"),
        ("app.js", "app.js src/app.js"),
        ("docs/", "docs/a.md docs/deep/b.md src/docs/c.md"),
        ("docs", "docs/a.md docs/deep/b.md src/docs/c.md"),
        ("/docs/", "docs/a.md docs/deep/b.md"),
        ("/docs", "docs/a.md docs/deep/b.md"),
        ("docs/*", "docs/a.md"),
        ("docs/deep", "docs/deep/b.md"),
        ("/docs/**", "docs/a.md docs/deep/b.md"),
        ("docs/**/*.md", "docs/a.md docs/deep/b.md"),
        ("**/docs/*.md", "docs/a.md src/docs/c.md"),
        ("/build/logs/", "build/logs/x.log"),
        ("**/logs", "build/logs/x.log logs src/build/logs/y.log"),
        ("**/logs/", "build/logs/x.log src/build/logs/y.log"),
        ("?pp.js", "app.js src/app.js"),
        ("src/**/y.log", "src/build/logs/y.log"),
        ("App.js", ""),
        ("ap", ""),
        ("src/app", ""),
        ("a**p.js", "app.js src/app.js"),
    ],
)
def test_patterns_at_github(pattern: str, expected: str) -> None:
    assert matched(github_pattern(pattern), PATHS) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", PATHS),
        ("/", PATHS),
        ("*.js", "app.js src/app.js"),
        ("/*.js", "app.js"),
        ("docs/", "docs/a.md docs/deep/b.md src/docs/c.md"),
        ("/docs/", "docs/a.md docs/deep/b.md"),
        ("docs", ""),  # a file of that name, not what lies below
        ("logs", "logs"),
        ("/docs/*", "docs/a.md"),
        ("docs/*", "docs/a.md src/docs/c.md"),  # no leading slash: at any depth
        ("/docs/**/*.md", "docs/a.md docs/deep/b.md"),
        ("/docs/**", "docs/a.md"),  # only **/ crosses directories
        ("deep/*.md", "docs/deep/b.md"),
        ("[ab].md", "docs/a.md docs/deep/b.md"),
        ("[a-b].md", "docs/a.md docs/deep/b.md"),
        ("[^a].md", "docs/deep/b.md src/docs/c.md"),
        ("[!a].md", "docs/deep/b.md src/docs/c.md"),
        ("docs[!x]a.md", ""),  # a set is never the slash
    ],
)
def test_patterns_at_gitlab(pattern: str, expected: str) -> None:
    assert matched(gitlab_pattern(pattern), PATHS) == expected


def test_dotfiles_are_files() -> None:
    assert matched(gitlab_pattern("*"), ".env a/.env") == ".env a/.env"
    assert matched(github_pattern("/a/*"), "a/.env") == "a/.env"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [(r"a\ b/", "a b/c"), (r"\#x", "#x"), (r"a\*b", "a*b"), ("a+(b)", "a+(b)"), ("é.md", "é.md")],
)
def test_what_is_escaped_or_means_nothing_is_literal(pattern: str, path: str) -> None:
    assert re.fullmatch(gitlab_pattern(pattern), path)
    assert re.fullmatch(github_pattern(pattern), path)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("/", "nothing"),
        ("src/[ab].py", "no [ ]"),
        ("src//x", "empty directory"),
        ("a***b", "more than two asterisks"),
        ("*a" * 9, "too many wildcards"),
    ],
)
def test_patterns_that_github_does_not_take(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=re.escape(why)):
        github_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"), [("[a", "has no ]"), ("[z-a]", "runs backwards"), ("a//b", "empty")]
)
def test_patterns_that_gitlab_does_not_take(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=re.escape(why)):
        gitlab_pattern(pattern)


def test_matching_of_a_hostile_pattern_ends_soon() -> None:
    regex = github_pattern("**/a/" * 8 + "b")
    assert re.fullmatch(regex, "a/" * 20 + "c") is None
    regex = gitlab_pattern("**/" * 500 + "b")
    assert re.fullmatch(regex, "a/" * 200 + "c") is None


def rules(text: str, *, sections: bool | None = None) -> list[tuple[object, ...]]:
    return [
        (rule.line, rule.section, rule.pattern, " ".join(rule.owners))
        if not rule.problem
        else rule.problem
        for rule in owner_rules(text, file="CODEOWNERS", directory="", sections=sections)
    ]


def test_lines_at_github() -> None:
    text = (
        "# the whole shop\n"
        "\n"
        "*        @shop/core @ada   # in a hurry: @nobody\n"
        "  /docs/\twriter@example.org\r\n"
        "/legacy/\n"
        "a\\ b.txt @ada @ada\n"
    )
    assert rules(text) == [
        (3, "", "*", "@shop/core @ada"),
        (4, "", "/docs/", "writer@example.org"),
        (5, "", "/legacy/", ""),
        (6, "", "a\\ b.txt", "@ada"),
    ]


def test_lines_that_github_skips() -> None:
    text = "!/docs/ @a\n\\#x @a\n/[ab] @a\n/x nobody\n/y @a\n\\\n"
    assert rules(text) == [
        "CODEOWNERS:1: GitHub knows no exclusion with !: leave the owners out instead",
        "CODEOWNERS:2: GitHub knows no escaped # at the beginning of a pattern",
        "CODEOWNERS:3: GitHub knows no [ ] in patterns",
        "CODEOWNERS:4: nobody is no owner: @user, @organisation/team or an address",
        (5, "", "/y", "@a"),
        "CODEOWNERS:6: there is no pattern in it",
    ]


def test_lines_at_gitlab() -> None:
    text = (
        "* @all\n"
        "[Docs][2] @writers @group/sub\n"
        "/docs/\n"
        "/docs/api.md @api, and @@maintainer\n"
        "!/docs/generated/\n"
        "^[Data base]@dba\n"
        "/db/ # who: @nobody-knows\n"
        "[DOCS]\n"
        "README.md @ada\n"
        "/alone\n"
    )
    assert rules(text) == [
        (1, "", "*", "@all"),
        (3, "Docs", "/docs/", "@writers @group/sub"),
        (4, "Docs", "/docs/api.md", "@@maintainer"),
        (5, "Docs", "!/docs/generated/", ""),
        (7, "Data base", "/db/", "@nobody-knows"),  # GitLab knows no comment behind a pattern
        (9, "Docs", "README.md", "@ada"),  # sections of one name are combined
        (10, "Docs", "/alone", ""),
    ]


def test_lines_that_gitlab_cannot_use() -> None:
    assert rules("[Docs\n/docs/ @a\n/[z @a\n", sections=True) == [
        "CODEOWNERS:1: a section is written [Name], [Name][2] or ^[Name], owners behind it",
        (2, "", "/docs/", "@a"),
        "CODEOWNERS:3: a [ in it has no ]",
    ]


def test_bytes_that_are_no_text_cost_their_line_only(tmp_path: Path) -> None:
    (repository(tmp_path) / "CODEOWNERS").write_bytes(b"/caf\xe9 @a\n* @b\n")
    first, second = read(tmp_path)
    assert first.problem == "CODEOWNERS:1: it holds bytes that are not UTF-8"
    assert second.owners == ("@b",)


@pytest.mark.parametrize("content", ["* @a\n".encode("utf-16"), b"* @a\0\n"])
def test_a_file_that_is_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    (repository(tmp_path) / "CODEOWNERS").write_bytes(content)
    (only,) = read(tmp_path)
    assert only.problem == "CODEOWNERS: it is no UTF-8: save it as UTF-8"
    assert only.regex == ""


def test_a_byte_order_mark_is_no_part_of_the_pattern(tmp_path: Path) -> None:
    (repository(tmp_path) / "CODEOWNERS").write_bytes(b"\xef\xbb\xbf* @a\n")
    assert [rule.pattern for rule in read(tmp_path)] == ["*"]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    write(repository(tmp_path) / "CODEOWNERS", "* @a\n" * 700_000)
    (only,) = read(tmp_path)
    assert only.problem == "CODEOWNERS: it is larger than 3 MiB, which no forge reads"


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        (".github/CODEOWNERS CODEOWNERS docs/CODEOWNERS .gitlab/CODEOWNERS", ".github/CODEOWNERS"),
        ("CODEOWNERS docs/CODEOWNERS .gitlab/CODEOWNERS", "CODEOWNERS"),
        ("docs/CODEOWNERS .gitlab/CODEOWNERS", "docs/CODEOWNERS"),
        (".gitlab/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ],
)
def test_it_is_found_where_forges_look(tmp_path: Path, there: str, chosen: str) -> None:
    repository(tmp_path)
    for place in there.split():
        write(tmp_path / place, f"* @{place}\n")
    assert [rule.owners for rule in read(tmp_path)] == [(f"@{chosen}",)]


def test_none_is_none(tmp_path: Path) -> None:
    (repository(tmp_path) / "CODEOWNERS").mkdir()
    assert read(tmp_path) == ()


def test_of_a_project_below_the_top(tmp_path: Path) -> None:
    write(repository(tmp_path) / ".github" / "CODEOWNERS", "/services/shop/ @shop\n")
    project = tmp_path / "services" / "shop"
    write(project / "CODEOWNERS", "* @not-read\n")
    (only,) = read(project)
    assert (only.pattern, only.directory) == ("/services/shop/", "services/shop")


def test_outside_a_repository_the_project_is_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codeowners, "_REPOSITORY", ("no such thing",))
    write(tmp_path / "CODEOWNERS", "* @above\n")
    write(tmp_path / "shop" / "docs" / "CODEOWNERS", "* @shop\n")
    assert [(rule.owners, rule.directory) for rule in read(tmp_path / "shop")] == [(("@shop",), "")]


def test_headings_and_the_place_tell_the_forge(tmp_path: Path) -> None:
    repository(tmp_path)
    write(tmp_path / "CODEOWNERS", "!/docs/\n")
    assert "GitHub" in read(tmp_path)[0].problem
    write(tmp_path / ".gitlab-ci.yml")
    assert read(tmp_path)[0].excluded
    write(tmp_path / ".github" / "CODEOWNERS", "!/docs/\n")
    assert "GitHub" in read(tmp_path)[0].problem


def test_another_file_is_named_by_its_path(tmp_path: Path) -> None:
    repository(tmp_path)
    write(tmp_path / "shop" / "OWNERS", "broken nobody\n* @a\n")
    first, second = read(tmp_path / "shop", codeowners="OWNERS")
    assert first.problem.startswith("shop/OWNERS:1: ")
    assert (second.owners, second.directory) == (("@a",), "shop")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("none", "there is no file none"),
        ("", "the string is empty"),
        ("a\0b", "there is no file"),
        (True, "true stands where a path is needed"),
        (3, "the number 3 stands where a path is needed"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_mistake(
    tmp_path: Path, value: object, message: str
) -> None:
    root = table(codeowners=value)
    assert read_owners(root, tmp_path) == ()
    (problem,) = root.source.problems
    assert problem.key == "codeowners"
    assert message in problem.message


@pytest.mark.parametrize(
    ("value", "valid"),
    [("docs/OWNERS", True), (False, True), (True, False), (" ", False), (3, False)],
)
def test_schema(value: object, valid: bool) -> None:
    made = {"type": "object", "properties": codeowners.schema()}
    errors = list(jsonschema.Draft7Validator(made).iter_errors({"codeowners": value}))
    assert (not errors) is valid


_LINES = st.text(st.sampled_from("ab/*?[]!^-#@\\ .\t\n\r(|)$+é\0"), max_size=40)


@settings(max_examples=100)
@given(_LINES | st.text(max_size=40), st.booleans())
def test_any_text_is_read_line_by_line(text: str, gitlab: bool) -> None:
    found = owner_rules(text, file="CODEOWNERS", directory="", sections=gitlab)
    assert [rule.line for rule in found] == sorted({rule.line for rule in found})
    for rule in found:
        assert bool(rule.problem) is not bool(rule.regex)
        re.compile(rule.regex)
        assert re.compile(rule.regex).groups == 0  # what looks them up counts groups
