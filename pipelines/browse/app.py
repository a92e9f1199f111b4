"""The web application: addresses, forms of answers, and what guards them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from blockwire.pipelines.browse import views
from blockwire.pipelines.browse.guarding import KnownHosts, SafeHeaders
from blockwire.pipelines.browse.rendering import FOLDER
from blockwire.pipelines.browse.views import Library, NotThere, View
from blockwire.schemas import Record
from blockwire.transforms.alerts.atom import ATOM_MEDIA_TYPE
from blockwire.transforms.browse.asking import NotUnderstood
from blockwire.transforms.browse.atom import FeedAddress
from blockwire.transforms.classification.labels import LabelError
from blockwire.transforms.stores.contract import StoreError, StoreUnavailable

_LISTS: Final[Mapping[str, Callable[..., View]]] = {
    "/items": views.items_view,
    "/events": views.events_view,
    "/charts": views.charts_view,
    "/alerts": views.alerts_view,
    "/feeds": views.feeds_view,
    "/dead-letters": views.dead_letters_view,
    "/audit": views.audit_view,
}
_SINGLE: Final[Mapping[str, Callable[[Library, str], View]]] = {"/items": views.item_view, "/events": views.event_view}
_COMPRESSED_FROM: Final = 1000
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its country, and shows Persian and Chinese as rubbish."""


def browse_app(library: Library, templates: Environment, hosts: Sequence[str]) -> Starlette:
    """The application.

    Args:
        library: what is looked into; it stays open as long as the application is used.
        templates: see ``rendering.environment``.
        hosts: the names by which it may be called; see ``KnownHosts``.
    """
    pages = _Pages(library, templates)
    routes: list[Route | Mount] = [Route("/", partial(pages.list, views.items_view), name="wire")]
    for path, view in _SINGLE.items():
        routes += [Route(f"{path}/{{key}}{form}", partial(pages.single, view)) for form in (".{form}", "")]
    for path, listed in _LISTS.items():
        routes += [Route(f"{path}{form}", partial(pages.list, listed)) for form in (".{form}", "")]
    routes.append(Mount("/static", StaticFiles(directory=FOLDER / "static")))
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(KnownHosts, names=hosts),
            Middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM),
        ],
        exception_handlers={
            NotUnderstood: pages.not_understood,
            NotThere: pages.not_there,
            StoreError: pages.not_understood,
            StoreUnavailable: pages.out_of_order,
            LabelError: pages.out_of_order,
            HTTPException: pages.refused,
        },
    )


class _Pages:
    """Answers requests. Starlette runs what is not async in threads, and the store takes turns."""

    def __init__(self, library: Library, templates: Environment) -> None:
        self._library = library
        self._templates = templates

    def list(self, view: Callable[..., View], request: Request) -> Response:
        pairs = request.query_params.multi_items()
        return self._answer(view(self._library, pairs), request)

    def single(self, view: Callable[[Library, str], View], request: Request) -> Response:
        return self._answer(view(self._library, request.path_params["key"]), request)

    def not_understood(self, request: Request, error: Exception) -> Response:
        return self._failure(400, "That was not understood", str(error), request)

    def not_there(self, request: Request, error: Exception) -> Response:
        return self._failure(404, "Not here", str(error), request)

    def out_of_order(self, request: Request, error: Exception) -> Response:
        return self._failure(503, "The store cannot answer", str(error), request)

    def refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = "there is no such page; the menu has those that there are" if status == 404 else str(error)
        return self._failure(status, "Not here", detail, request)

    def _answer(self, view: View, request: Request) -> Response:
        form = request.query_params.get("format") or request.path_params.get("form", "html")
        match form:
            case "html":
                html = self._templates.get_template(view.template).render(view.context, query=_query(request))
                return HTMLResponse(html)
            case "json":
                return _json(view.data)
            case "jsonl" if view.lines:
                lines = (f"{record.model_dump_json()}\n" for record in view.lines())
                return _download(lines, "application/x-ndjson", request, form)
            case "csv" if view.csv:
                return _download(chain([BYTE_ORDER_MARK], view.csv()), "text/csv; charset=utf-8", request, form)
            case "atom" if view.atom:
                return Response(view.atom(_feed_address(request)), media_type=f"{ATOM_MEDIA_TYPE}; charset=utf-8")
        there = [name for name, made in (("csv", view.csv), ("jsonl", view.lines), ("atom", view.atom)) if made]
        raise NotThere(f"this page has no form {form!r}; there are {', '.join(['html', 'json', *there])}")

    def _failure(self, status: int, title: str, message: str, request: Request) -> Response:
        if _wants_json(request):
            return _json({"error": message}, status)
        context = {"at": "", "title": title, "message": message}
        return HTMLResponse(self._templates.get_template("failure.html").render(context), status)


def _wants_json(request: Request) -> bool:
    return request.path_params.get("form") == "json" or request.query_params.get("format") == "json"


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def _feed_address(request: Request) -> FeedAddress:
    words = " ".join(value for name, value in request.query_params.multi_items() if name != "format")
    return FeedAddress(
        title=f"blockwire: {words or 'everything'}",
        base=f"{request.url.scheme}://{request.url.netloc}",
        path=request.url.path + _query(request),
    )


def _download(lines: Iterable[str], media_type: str, request: Request, form: str) -> Response:
    name = request.url.path.strip("/").partition(".")[0] or "items"
    headers = {"content-disposition": f'attachment; filename="blockwire-{name}.{form}"'}
    return StreamingResponse(lines, media_type=media_type, headers=headers)


def _json(data: Mapping[str, Any], status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, default=_plain)
    return Response(text, status, media_type="application/json")


def _plain(value: object) -> object:
    if isinstance(value, Record):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"{type(value).__name__} has no form in JSON")
