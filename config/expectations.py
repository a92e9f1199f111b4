"""What a wrong value should have been, in plain words."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic_core import ErrorDetails

_BY_TYPE = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text in quotes",
    "path_type": "the path of a file",
    "tuple_type": 'a list, such as ["one", "two"]',
    "model_type": "a section",
    "missing": "a value",
    "extra_forbidden": "a setting that exists",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of {ge} or more",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of {le} or less",
    "string_too_long": "at most {max_length} characters",
}


def expected(error: ErrorDetails) -> str:
    """Says what pydantic would have taken; its own message where there is no plainer one."""
    context = error.get("ctx", {})
    words = context.get("expected") or _BY_TYPE.get(error["type"])
    return str(words).format_map(context) if words else error["msg"][:1].lower() + error["msg"][1:]


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word as ``did you mean 'x'?``, or an empty string where none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {str(near[0])!r}?" if near else ""
