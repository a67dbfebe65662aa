"""Tests of the words for a body that is no JSON: those of Node's parser."""

import pytest

from fake_evolution.api.call import malformed_json


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"instanceName": "a",}', "Expected double-quoted property name in JSON at position 21"),
        ("{x}", "Expected property name or '}' in JSON at position 1"),
        ('{"a" 1}', "Expected ':' after property name in JSON at position 5"),
        ('{"a":1 "b":2}', "Expected ',' or '}' after property value in JSON at position 7"),
        ("[1 2]", "Expected ',' or ']' after array element in JSON at position 3"),
        ('{"a":"x', "Unterminated string in JSON at position 7"),
        ('{"a":"x\ny"}', "Bad control character in string literal in JSON at position 7"),
        ('{"a":1} x', "Unexpected non-whitespace character after JSON at position 8"),
        ("nope", "Unexpected token 'n', \"nope\" is not valid JSON"),
        (' "a text"', 'Unexpected token \'"\', " "a text"" is not valid JSON'),
        ('{"a":tru}', 'Unexpected token \'}\', "{"a":tru}" is not valid JSON'),
        ('{"a":nul', "Unexpected end of JSON input"),
        (r'{"a":"\x"}', "Bad escaped character in JSON at position 7"),
        ('{"a":', "Unexpected end of JSON input"),
    ],
)
def test_words_of_the_parser(text: str, words: str) -> None:
    """A syntax error is a 400 whose `error` is wrong, as in the real server, and whose message is a text."""
    error = malformed_json(text)

    assert (error.status, error.body) == (
        400,
        {"status": 400, "error": "Internal Server Error", "response": {"message": words}},
    )


def test_long_bodies_are_cut_around_the_place() -> None:
    """Of a long body only ten characters on either side are quoted."""
    text = '{"a": "0123456789012345678901234567890123456789", "b": oops, "c": 1}'

    message = malformed_json(text).body["response"]["message"]

    assert message == """Unexpected token 'o', ..."89", "b": oops, "c":"... is not valid JSON"""
