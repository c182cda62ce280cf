"""Every word in both languages, and the language that somebody is told in."""

import string

import pytest

from studio.words import WORDS, both, language


def test_every_word_is_there_in_both_languages_with_the_same_blanks():
    def blanks(sentence):
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    for key, (english, chinese) in WORDS.items():
        assert english and chinese and blanks(english) == blanks(chinese), key


@pytest.mark.parametrize(
    "accept, expected",
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en", "en"), ("fr,zh;q=0.5", "zh"), (None, "en")],
)
def test_language_of_a_request(accept, expected):
    assert language(accept) == expected


def test_values_in_sentences_are_escaped():
    assert "<b>" not in both("unknown_word", word="<b>")
