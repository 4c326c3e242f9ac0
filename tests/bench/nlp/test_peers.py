from __future__ import annotations

from bench.nlp import peers, texts


def test_a_text_is_of_its_topic_or_off() -> None:
    labels = {peers.label(example) for example in texts.learned()}
    assert "off" in labels and "T01" in labels and len(labels) <= 17


def test_the_reference_learns_the_corpus() -> None:
    predict = peers.jieba_tfidf_svc()
    assert list(predict(["人防车位只租不售，开发商却在卖人防车位"])) == ["T01"]  # type: ignore[call-overload]


def test_a_way_that_is_not_installed_says_so_or_reads() -> None:
    for way in (peers.snownlp(), peers.fasttext(words=False)):
        assert "not installed" in way if isinstance(way, str) else way(["人防车位"])
