"""Buttons, knob and lamp: what the hands do goes to the conductor as events, what the box does shows in its light."""
