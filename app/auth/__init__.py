"""Who is there: passwords, sessions, and what proves that a form is one of ours."""
