"""Hooks of mkdocs: links out of docs/ lead to the repository's files, and no page is left out of the navigation."""

import json
import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.exceptions import PluginError

FILES: Final = "https://github.com/blockwire/blockwire/blob/main/"
_LINK: Final = re.compile(r"(?<=\]\()(\.\./[^)#\s]+|schemas/[^)#\s]*)")


def on_config(config: Any, **_: Any) -> Any:
    """Called by mkdocs once: pages that mkdocs.yml does not name yet come last."""
    named = json.dumps(config.nav)
    pages = sorted(page.name for page in Path(config.docs_dir).glob("*.md"))
    more = [page for page in pages if f'"{page}"' not in named]
    if more:
        config.nav.append({"More": more})
    return config


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Called by mkdocs for every page.

    Raises:
        PluginError: where a link leads to no file of the repository.
    """
    repository = Path(config.docs_dir).parent

    def resolved(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", link[1]))
        if not (repository / path).exists():
            raise PluginError(f"{page.file.src_uri}: the link {link[1]!r} leads to no file")
        return FILES + path

    return _LINK.sub(resolved, markdown)
