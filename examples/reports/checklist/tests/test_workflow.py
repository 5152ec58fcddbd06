from bot.workflow import run  # was moved, and the suite with it


def test_run():
    assert run() == []
