"""Faces drawn from a free body model, as more to learn from: no picture of a person is in them."""
