from bot.news import News


def test_items():
    assert News([" one ", "", "two"]).items() == ["one", "two"]
