"""The API's description in OpenAPI 3.1, made from the table of its operations."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from appliance import __version__

_REFERENCE = "#/components/schemas/{name}"
_ERRORS = {
    400: "the request cannot be understood",
    401: "not signed in",
    403: "not allowed",
    404: "there is no such thing",
    405: "there is no such thing to do",
    408: "the body did not arrive in time",
    409: "not possible as things are",
    413: "too large",
    415: "of a kind that is not taken",
    416: "a range that the file does not have",
    429: "too many tries; Retry-After tells how long to wait",
    503: "too many at a time; Retry-After tells how long to wait",
    507: "the disk is full",
}
_ALWAYS = (400, 401, 403)
_WITH_BODY = (408, 413, 415)


class ErrorAnswer(msgspec.Struct):
    """What is wrong, in words for the owner."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the API can do. Path parameters stand in braces; the types are msgspec's."""

    does: str
    handler: Callable[[Any, web.Request], Awaitable[web.StreamResponse]]
    """The method of a handlers' class that answers it."""
    method: str
    path: str
    body: Any = None
    """The type of the JSON body, or a media type for another one; None for no body."""
    query: type[msgspec.Struct] | None = None
    """A type whose fields are the parameters after the `?`."""
    status: int = 200
    """Of success."""
    answer: Any = None
    """The type of the JSON that is answered, or a media type; None for nothing."""
    nothing: str = ""
    """When 204 is answered in its place."""
    errors: tuple[int, ...] = ()
    """What else may be answered, beside what every operation may."""
    open: bool = False
    """Also for somebody who is not signed in."""
    programs: bool = True
    """Also for a program with a key of the owner's; otherwise it takes the owner's password."""
    guests: bool = False
    """Also for a guest whom the owner has let in."""
    path_types: Any = None
    """Types of path parameters that are not plain text, by name."""


def describe_api(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole description."""
    operations = list(operations)
    types = {id(kind): kind for op in operations for kind in (op.body, op.answer) if not isinstance(kind, str | None)}
    types[id(ErrorAnswer)] = ErrorAnswer
    schemas, components = msgspec.json.schema_components(types.values(), ref_template=_REFERENCE)
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Moodbox",
            "version": __version__,
            "description": "What the box's own page uses. Sign in, or send a key of the owner's as a bearer token.",
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "moodbox_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(operation: Operation, by_type: dict[int, dict[str, Any]]) -> dict[str, Any]:
    def content(kind: Any) -> dict[str, Any]:
        if isinstance(kind, str):
            return {kind: {"schema": {"type": "string"} if kind.startswith("text/") else {}}}
        return {"application/json": {"schema": by_type[id(kind)]}}

    success = {"description": operation.does}
    described: dict[str, Any] = {
        "summary": operation.does,
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{operation.method} {operation.path}".lower()).strip("_"),
        "responses": {str(operation.status): success},
    }
    if operation.answer is not None:
        success["content"] = content(operation.answer)  # type: ignore[assignment]
    if operation.nothing:
        described["responses"]["204"] = {"description": operation.nothing}
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": content(operation.body)}
    if parameters := [*_path_parameters(operation), *_query_parameters(operation)]:
        described["parameters"] = parameters
    if operation.open:
        described["security"] = []
    bodily = _WITH_BODY if operation.body is not None else ()
    for status in sorted({*_ALWAYS, *bodily, *operation.errors}):
        described["responses"][str(status)] = {"description": _ERRORS[status], "content": content(ErrorAnswer)}
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    types = operation.path_types or {}
    return [
        {"name": name, "in": "path", "required": True, "schema": _inline(types.get(name, str))}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    return [
        {"name": field.encode_name, "in": "query", "required": field.required, "schema": _inline(field.type)}
        for field in msgspec.structs.fields(operation.query)
    ]


def _inline(kind: Any) -> dict[str, Any]:
    """A schema without references, for the few plain types of parameters."""
    schema = msgspec.json.schema(kind)
    if "$ref" in schema:
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema
