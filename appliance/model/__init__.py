"""Model bundles: what they hold, how a face becomes their input, how they are run.

Training shares this code, so that a model sees on the box exactly what it saw when it was made.
"""
