"""A text as a QR code (ISO/IEC 18004), drawn on the box."""

from __future__ import annotations

from io import BytesIO


def qr_svg(text: str) -> bytes:
    """An SVG of the code: dark on light whatever the page's colours are, as cameras want it, with its quiet margin."""
    import segno  # it is needed a few times a year, so that no memory is spent on it until then

    drawn = BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return drawn.getvalue()
