from bot.news import News


def test_items(benchmark):
    benchmark(News([" line "] * 100).items)
