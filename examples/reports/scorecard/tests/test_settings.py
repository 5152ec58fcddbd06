import pytest

from desk.settings import settings


@pytest.mark.readiness("CONFIG")
def test_defaults(tmp_path):
    assert settings(tmp_path / "none.json")["limit"] == 1000


@pytest.mark.readiness("CONFIG")
def test_the_file_wins_over_defaults(tmp_path):
    path = tmp_path / "desk.json"
    path.write_text('{"limit": 5}')
    assert settings(path)["limit"] == 5


@pytest.mark.readiness("CONFIG")
def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    path = tmp_path / "desk.json"
    path.write_text('{"limit": 5}')
    monkeypatch.setenv("DESK_LIMIT", "7")
    assert settings(path)["limit"] == 7
