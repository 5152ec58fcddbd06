import pytest

from orderflow.config import Config, ConfigError


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("ORDERFLOW_API_KEY", "secret-key")


@pytest.mark.readiness("SEC-KEY")
def test_the_key_comes_from_the_environment(key):
    assert Config.from_environment().api_key == "secret-key"


@pytest.mark.readiness("SEC-KEY")
def test_without_a_key_nothing_starts(monkeypatch):
    monkeypatch.delenv("ORDERFLOW_API_KEY", raising=False)
    with pytest.raises(ConfigError):
        Config.from_environment()


@pytest.mark.readiness("SEC-KEY")
def test_the_key_is_never_shown_whole(key):
    assert "secret-key" not in Config.from_environment().masked()


def test_numbers_are_checked(key, monkeypatch):
    monkeypatch.setenv("ORDERFLOW_WINDOW_SECONDS", "soon")
    with pytest.raises(ConfigError, match="WINDOW"):
        Config.from_environment()
