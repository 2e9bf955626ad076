"""What any program needs: clock, atomic files, back-off, supervision, child processes, text."""
