"""What apps load once in the web server before it forks, so that its workers share the memory."""

functions = []  # without arguments, of any app
