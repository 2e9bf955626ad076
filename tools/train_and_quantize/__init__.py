"""Trains an expression model, makes it small, measures it and writes its bundle."""
