"""What every answer tells the browser: run and load only what comes from this box, keep nothing, frame nothing."""

from __future__ import annotations

from aiohttp import web

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it a browser sends `Origin: null` with the box's own forms too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Server": "Moodbox",
}
"""Headers of every answer, also of one to what is no request."""


async def add(_: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to an answer that is about to be sent, whoever made it; its own `Cache-Control` stays."""
    response.headers.update(ALWAYS)
    response.headers.setdefault("Cache-Control", "no-store")
