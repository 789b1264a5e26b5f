"""The shell: the only code that knows the database, the web, mail and the clock."""
