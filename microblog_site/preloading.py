"""Functions that apps register to load data once before the web server forks, so that its workers share the memory."""

functions = []  # of any app, called without arguments
